package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PassWatchTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Hand clock = new Hand();
  private final PassWatch watch = new PassWatch(registry, clock);

  @Test
  void a_pass_that_does_not_come_back_is_stuck() {
    watch.passBegins();
    clock.now = clock.now.plus(PassWatch.STUCK);
    assertThat(watch.stuck()).isFalse();
    clock.now = clock.now.plusMillis(1);
    assertThat(watch.stuck()).isTrue();
  }

  @Test
  void many_passes_in_a_row_are_not() {
    for (int i = 0; i < 3; i++) {
      try (var unused = watch.passBegins()) {
        clock.now = clock.now.plus(PassWatch.STUCK.minusMinutes(1));
        assertThat(watch.stuck()).isFalse();
      }
    }
    clock.now = clock.now.plus(Duration.ofDays(1));
    assertThat(watch.stuck()).isFalse();
  }

  @Test
  void the_time_of_each_pass_is_in_the_histogram() {
    try (var unused = watch.passBegins()) {
      clock.now = clock.now.plusMillis(300);
    }
    assertThat(registry.scrape())
        .contains("daytona_operator_reconcile_duration_seconds_bucket{le=\"0.25\"} 0")
        .contains("daytona_operator_reconcile_duration_seconds_bucket{le=\"0.5\"} 1")
        .contains("daytona_operator_reconcile_duration_seconds_count 1");
  }

  private static final class Hand extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
