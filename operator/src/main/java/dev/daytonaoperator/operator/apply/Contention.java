package dev.daytonaoperator.operator.apply;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Guards against an endless fight with another writer: an object that was applied with the same
 * intent more than five times in a minute is left alone for a while, longer each time.
 */
final class Contention {

  private static final int LIMIT = 5;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /**
   * A fight that is interrupted.
   *
   * @param opponent field manager of the other writer; empty when it is not known
   * @param left how long the object is still left alone; zero or less when it is not
   */
  record Pause(String opponent, Duration left) {
    boolean lasts() {
      return left.isPositive();
    }
  }

  private static final class History {
    String hash = "";
    String opponent = "";
    final Deque<Long> applies = new ArrayDeque<>();
    int pauses;
    long pausedUntil;
  }

  private final Map<ObjectKey, History> histories = new HashMap<>();

  /**
   * Records a write of this intent.
   *
   * @param opponent who had changed the object before; empty when nobody is known
   */
  synchronized void applied(ObjectKey key, String hash, String opponent, long nowMillis) {
    var history = histories.computeIfAbsent(key, k -> new History());
    if (!history.hash.equals(hash)) {
      history.hash = hash;
      history.applies.clear();
      history.pauses = 0;
      history.pausedUntil = 0;
    }
    if (!opponent.isEmpty()) {
      history.opponent = opponent;
    }
    history.applies.addLast(nowMillis);
    while (history.applies.getFirst() < nowMillis - WINDOW.toMillis()) {
      history.applies.removeFirst();
    }
    if (history.applies.size() > LIMIT) {
      var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(history.pauses, 5));
      history.pausedUntil =
          nowMillis + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toMillis();
      history.pauses++;
      history.applies.clear();
    } else if (history.applies.size() == 1 && nowMillis > history.pausedUntil + WINDOW.toMillis()) {
      history.pauses = 0;
    }
  }

  synchronized Pause pause(ObjectKey key, String hash, long nowMillis) {
    var history = histories.get(key);
    return history == null || !history.hash.equals(hash)
        ? new Pause("", Duration.ZERO)
        : new Pause(history.opponent, Duration.ofMillis(history.pausedUntil - nowMillis));
  }

  /** Forgets objects that are no longer wanted. */
  synchronized void keep(Set<ObjectKey> desired) {
    histories.keySet().retainAll(desired);
  }
}
