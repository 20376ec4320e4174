package dev.daytonaoperator.testing.daytona;

import java.time.Duration;

/**
 * How long things take in the API.
 *
 * @param unresponsiveAfter without a report a runner is given up
 * @param pull of an image by its first runner
 * @param removal from the acceptance of a snapshot's removal until its row is gone
 * @param seedingWait for which the seeded runner may delay the default snapshot
 */
public record Timing(
    Duration unresponsiveAfter, Duration pull, Duration removal, Duration seedingWait) {

  /** As in the real one. */
  public static Timing real() {
    return new Timing(
        Duration.ofSeconds(60),
        Duration.ofSeconds(6),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }

  /** For tests that would rather not wait. */
  public static Timing fast() {
    return new Timing(
        Duration.ofSeconds(3),
        Duration.ofMillis(300),
        Duration.ofMillis(500),
        Duration.ofSeconds(1));
  }
}
