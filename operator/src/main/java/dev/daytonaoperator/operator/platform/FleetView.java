package dev.daytonaoperator.operator.platform;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All runners that Daytona knew of in the installation's region.
 *
 * @param asOf when it was asked: what happened later is not in it
 * @param runners by name
 */
public record FleetView(Instant asOf, Map<String, RunnerView> runners) {

  public FleetView {
    runners = Map.copyOf(runners);
  }

  static FleetView of(Instant asOf, List<RunnerView> views) {
    var byName = new LinkedHashMap<String, RunnerView>();
    views.forEach(view -> byName.put(view.row().name(), view));
    return new FleetView(asOf, byName);
  }

  public Optional<RunnerView> find(String name) {
    return Optional.ofNullable(runners.get(name));
  }

  /** Whether nothing that is shown or decided upon differs. */
  boolean agrees(FleetView other) {
    return runners.keySet().equals(other.runners.keySet())
        && runners.entrySet().stream()
            .allMatch(e -> e.getValue().gist().equals(other.find(e.getKey()).orElseThrow().gist()));
  }
}
