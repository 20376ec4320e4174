package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.operator.apply.ApplyListener;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what the apply engine does. */
final class OperatorMetrics implements ApplyListener {

  private final MeterRegistry registry;

  OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void applied(String kind, Outcome outcome) {
    registry
        .counter(
            "daytona.operator.applies",
            "kind",
            kind,
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  @Override
  public void driftRepaired(String kind) {
    registry.counter("daytona.operator.drift.repairs", "kind", kind).increment();
  }
}
