package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Inputs;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What Daytona says of itself. Never blocks a reconcile: answers with what is known. */
public interface PlatformWatch extends AutoCloseable {

  /** Makes one when caches and events are there. */
  @FunctionalInterface
  interface Factory {

    /**
     * A watch over all platforms.
     *
     * @param values finds credentials for its calls
     * @param changed told when an answer differs from the one before
     */
    PlatformWatch watch(CredentialValues values, Consumer<Owner> changed);
  }

  /** Finds the value behind a reference. */
  @FunctionalInterface
  interface CredentialValues {
    Optional<CredentialValue> read(Owner owner, CredentialRef reference);
  }

  /**
   * The newest answers about an installation.
   *
   * @param apiReady whether the API's pods are ready; before that nobody is asked
   */
  PlatformHealth health(Owner owner, Inputs inputs, boolean apiReady);

  /** Forgets installations whose uid is not among these. */
  void retain(Set<String> uids);

  /** Asks nobody any more. */
  @Override
  void close();

  /** Asks nobody: for clusters whose pods are simulated. */
  static PlatformWatch disabled() {
    return new PlatformWatch() {
      @Override
      public PlatformHealth health(Owner owner, Inputs inputs, boolean apiReady) {
        return PlatformHealth.disabled();
      }

      @Override
      public void retain(Set<String> uids) {}

      @Override
      public void close() {}
    };
  }
}
