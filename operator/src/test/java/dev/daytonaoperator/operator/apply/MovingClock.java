package dev.daytonaoperator.operator.apply;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves. */
public final class MovingClock extends Clock {

  private final Clock base;
  private volatile Duration offset = Duration.ZERO;

  private MovingClock(Clock base) {
    this.base = base;
  }

  /** One that stands still in between. */
  public static MovingClock still() {
    return new MovingClock(Clock.fixed(Instant.now(), ZoneOffset.UTC));
  }

  /** One that goes on in between, as the server's does. */
  public static MovingClock ticking() {
    return new MovingClock(Clock.systemUTC());
  }

  public void advance(Duration by) {
    offset = offset.plus(by);
  }

  @Override
  public Instant instant() {
    return base.instant().plus(offset);
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
