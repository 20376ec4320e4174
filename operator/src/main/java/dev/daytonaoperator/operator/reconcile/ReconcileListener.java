package dev.daytonaoperator.operator.reconcile;

/** Told when a pass begins and when it ends, for metrics and the liveness probe. */
public interface ReconcileListener {

  /** A pass begins; the answer is closed when it ends, however it ends. */
  Running passBegins();

  /** A pass under way. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }
}
