package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.status.PlatformHealth;
import java.util.Optional;

/**
 * The newest answers of one platform.
 *
 * @param asking false when the operator was told not to ask any platform
 * @param fleet its runners; empty while they are not known
 * @param usersMade whether every declared user is known to be there
 * @param quotas of the administrator that were set last, as recorded; empty when none were
 */
public record PlatformView(
    boolean asking,
    PlatformHealth health,
    Optional<FleetView> fleet,
    boolean usersMade,
    Optional<String> quotas) {

  /** Of an operator that was told not to ask: nothing is waited for that nobody will tell. */
  static PlatformView unasked() {
    return new PlatformView(
        false, PlatformHealth.disabled(), Optional.empty(), true, Optional.empty());
  }

  static PlatformView unknown(String why) {
    return without(PlatformHealth.unknown(why));
  }

  /** Of an API that does not answer as it should. */
  static PlatformView without(PlatformHealth health) {
    return new PlatformView(true, health, Optional.empty(), false, Optional.empty());
  }

  boolean agrees(PlatformView other) {
    return health.equals(other.health)
        && usersMade == other.usersMade
        && quotas.equals(other.quotas)
        && fleet.isPresent() == other.fleet.isPresent()
        && fleet.map(it -> it.agrees(other.fleet.orElseThrow())).orElse(true);
  }
}
