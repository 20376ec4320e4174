package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ApplyListener;
import dev.daytonaoperator.operator.apply.ManagedKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The operator's own metrics. Tags have few values, whatever the number of installations: kinds,
 * outcomes, condition types.
 */
final class OperatorMetrics implements ApplyListener {

  private static final List<String> STATUSES = List.of("True", "False", "Unknown");

  private final MeterRegistry registry;
  private final MultiGauge installations;

  OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.installations =
        MultiGauge.builder("daytona.operator.installations")
            .description("Installations by the status of each condition")
            .register(registry);
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

  private static boolean has(DaytonaInstallation resource, ConditionType type, String status) {
    return resource.getStatus() != null
        && resource.getStatus().conditions() != null
        && resource.getStatus().conditions().stream()
            .anyMatch(c -> type.name().equals(c.getType()) && status.equals(c.getStatus()));
  }
}
