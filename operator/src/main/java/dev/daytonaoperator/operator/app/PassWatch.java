package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.operator.reconcile.ReconcileListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Times the passes, and notices one that does not come back. */
final class PassWatch implements ReconcileListener {

  /**
   * Far beyond what a pass takes whose every call runs into its time limit and is repeated: an API
   * server that is away must not look like a stuck thread.
   */
  static final Duration STUCK = Duration.ofMinutes(20);

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(120),
  };

  private final Timer timer;
  private final Clock clock;
  private final Map<Object, Instant> running = new ConcurrentHashMap<>();

  PassWatch(MeterRegistry registry, Clock clock) {
    this.timer =
        Timer.builder("daytona.operator.reconcile.duration")
            .description("Time that one pass over one installation took")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    this.clock = clock;
  }

  @Override
  public Running passBegins() {
    var pass = new Object();
    var began = clock.instant();
    running.put(pass, began);
    return () -> {
      running.remove(pass);
      timer.record(Duration.between(began, clock.instant()));
    };
  }

  /** Whether a pass has been running for so long that only a restart helps. */
  boolean stuck() {
    var limit = clock.instant().minus(STUCK);
    return running.values().stream().anyMatch(began -> began.isBefore(limit));
  }
}
