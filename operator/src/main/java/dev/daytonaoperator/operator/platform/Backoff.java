package dev.daytonaoperator.operator.platform;

import java.time.Duration;
import java.time.Instant;

/** Waits 1, 2, 4 … at most 60 minutes between attempts. */
final class Backoff {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(60);

  private Duration next = FIRST;
  private Instant notBefore = Instant.MIN;

  /** An attempt has failed. */
  void failed(Instant now) {
    notBefore = now.plus(next);
    var twice = next.multipliedBy(2);
    next = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
  }

  boolean due(Instant now) {
    return !now.isBefore(notBefore);
  }

  /** When the next attempt is due; {@link Instant#MIN} before any has failed. */
  Instant notBefore() {
    return notBefore;
  }
}
