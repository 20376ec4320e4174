package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.status.PlatformHealth;
import java.util.Optional;

/**
 * The newest answers of one platform.
 *
 * @param asking false when the operator was told not to ask any platform
 * @param fleet its runners; empty while they are not known
 */
public record PlatformView(boolean asking, PlatformHealth health, Optional<FleetView> fleet) {

  static PlatformView unknown(String why) {
    return new PlatformView(true, PlatformHealth.unknown(why), Optional.empty());
  }

  boolean agrees(PlatformView other) {
    return health.equals(other.health)
        && fleet.isPresent() == other.fleet.isPresent()
        && fleet.map(it -> it.agrees(other.fleet.orElseThrow())).orElse(true);
  }
}
