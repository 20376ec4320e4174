package dev.daytonaoperator.operator.reconcile;

/**
 * Lets passes in until the process ends, and tells when the last one is out.
 *
 * <p>The SDK empties its caches before it waits for running reconciles. A pass that went on would
 * see a cluster without any of the installation's objects and set out to install it again.
 */
final class PassGate {

  private boolean closed;
  private int inside;

  /** Whether the caller may begin; then it must {@link #leave}. */
  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    inside++;
    return true;
  }

  synchronized void leave() {
    inside--;
    notifyAll();
  }

  /** Lets nobody in any more and waits for those inside. */
  synchronized void close() throws InterruptedException {
    closed = true;
    while (inside > 0) {
      wait();
    }
  }
}
