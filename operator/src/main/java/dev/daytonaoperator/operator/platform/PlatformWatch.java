package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Inputs;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What Daytona says of itself, and what it is told. Never blocks a reconcile: answers with what is
 * known, and does beside it what is wished.
 */
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

  /** Whether a platform may be asked, and whether it may be told anything. */
  enum Standing {
    /** Its API is not ready: nobody is asked. */
    AWAY,
    /** The installation is paused: asked and told nothing. */
    LOOKED_AT,
    SERVED
  }

  /** The newest answers about an installation. */
  PlatformView view(Owner owner);

  /**
   * Goes on asking, and telling, by what a pass has found.
   *
   * @param wishes what Daytona shall be told
   */
  void follow(Owner owner, Inputs inputs, PlatformWishes wishes, Standing standing);

  /** The fleets that are known now, for metrics. */
  Map<Owner, FleetView> fleets();

  /** Forgets installations whose uid is not among these. */
  void retain(Set<String> uids);

  @Override
  void close();

  /** For an operator that was told not to ask. */
  static PlatformWatch disabled() {
    return new PlatformWatch() {
      @Override
      public PlatformView view(Owner owner) {
        return PlatformView.unasked();
      }

      @Override
      public void follow(Owner owner, Inputs inputs, PlatformWishes wishes, Standing standing) {}

      @Override
      public Map<Owner, FleetView> fleets() {
        return Map.of();
      }

      @Override
      public void retain(Set<String> uids) {}

      @Override
      public void close() {}
    };
  }
}
