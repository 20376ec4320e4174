package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ApplyListener;
import dev.daytonaoperator.operator.apply.ManagedKind;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.platform.FleetView;
import dev.daytonaoperator.operator.platform.RunnerView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The operator's own metrics. Tags have few values, whatever the number of installations: kinds,
 * outcomes, condition types.
 */
final class OperatorMetrics implements ApplyListener {

  private static final List<String> STATUSES = List.of("True", "False", "Unknown");

  private final MeterRegistry registry;
  private final MultiGauge installations;
  private final Map<Measure, MultiGauge> runners = new EnumMap<>(Measure.class);

  OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.installations =
        MultiGauge.builder("daytona.operator.installations")
            .description("Installations by the status of each condition")
            .register(registry);
    for (var measure : Measure.values()) {
      runners.put(
          measure,
          MultiGauge.builder("daytona.runner." + measure.name)
              .description(measure.description)
              .register(registry));
    }
    Gauge.builder("daytona.operator.build.info", () -> 1)
        .description("Always 1; the labels say what runs")
        .tags("version", BuildVersion.current(), "java", Runtime.version().toString())
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    // from zero on, so that the first one is an increase
    for (var kind : ManagedKind.values()) {
      repairs(kind.kind());
      for (var outcome : Outcome.values()) {
        applies(kind.kind(), outcome);
      }
    }
  }

  @Override
  public void applied(String kind, Outcome outcome) {
    applies(kind, outcome).increment();
  }

  @Override
  public void driftRepaired(String kind) {
    repairs(kind).increment();
  }

  private Counter applies(String kind, Outcome outcome) {
    return Counter.builder("daytona.operator.applies")
        .description("Writes of objects by kind and by how they ended")
        .tags("kind", kind, "outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private Counter repairs(String kind) {
    return Counter.builder("daytona.operator.drift.repairs")
        .description("Changes by others to what the operator owns that were undone")
        .tag("kind", kind)
        .register(registry);
  }

  /** Counts the installations anew. */
  void count(Collection<DaytonaInstallation> resources) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (var type : ConditionType.values()) {
      for (var status : STATUSES) {
        long number = resources.stream().filter(it -> has(it, type, status)).count();
        rows.add(MultiGauge.Row.of(Tags.of("condition", type.name(), "status", status), number));
      }
    }
    installations.register(rows, true);
  }

  /** Tells of the runners anew, in the numbers that Daytona gave. */
  void fleets(Map<Owner, FleetView> fleets, Instant now) {
    for (var measure : Measure.values()) {
      var rows = new ArrayList<MultiGauge.Row<?>>();
      fleets.forEach(
          (owner, fleet) ->
              fleet
                  .runners()
                  .values()
                  .forEach(
                      view ->
                          rows.add(
                              MultiGauge.Row.of(
                                  Tags.of(
                                      "namespace",
                                      owner.namespace(),
                                      "installation",
                                      owner.name(),
                                      "runner",
                                      view.row().name()),
                                  measure.value.of(view, now)))));
      Objects.requireNonNull(runners.get(measure)).register(rows, true);
    }
  }

  private interface Value {
    double of(RunnerView view, Instant now);
  }

  /** What is measured of a runner. */
  private enum Measure {
    READY(
        "ready", "1 while Daytona takes the runner for ready", (v, now) -> v.row().ready() ? 1 : 0),
    SCHEDULABLE(
        "schedulable",
        "1 while it gets new sandboxes",
        (v, now) -> v.row().unschedulable() ? 0 : 1),
    SCORE("score", "Availability score, 0 to 100", (v, now) -> v.row().score()),
    DISK(
        "disk.percent",
        "Use of the file system of /var/lib/docker",
        (v, now) -> v.row().diskPercent()),
    MEMORY("memory.percent", "Use of the memory of its node", (v, now) -> v.row().memoryPercent()),
    CPU("cpu.percent", "Use of the CPUs of its node", (v, now) -> v.row().cpuPercent()),
    SANDBOXES(
        "started.sandboxes", "Sandboxes that run on it", (v, now) -> v.row().startedSandboxes()),
    GPUS("gpus", "GPUs that it reports", (v, now) -> v.row().gpus()),
    HEARTBEAT(
        "heartbeat.age.seconds",
        "Time since its last report",
        (v, now) ->
            v.row()
                .lastChecked()
                .map(at -> Duration.between(at, now).toMillis() / 1000.0)
                .orElse(Double.NaN));

    private final String name;
    private final String description;
    private final Value value;

    Measure(String name, String description, Value value) {
      this.name = name;
      this.description = description;
      this.value = value;
    }
  }

  private static boolean has(DaytonaInstallation resource, ConditionType type, String status) {
    return resource.getStatus() != null
        && resource.getStatus().conditions() != null
        && resource.getStatus().conditions().stream()
            .anyMatch(c -> type.name().equals(c.getType()) && status.equals(c.getStatus()));
  }
}
