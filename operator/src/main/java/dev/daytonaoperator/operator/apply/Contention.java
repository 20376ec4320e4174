package dev.daytonaoperator.operator.apply;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Guards against an endless fight with another writer: an object that was applied with the same
 * intent more than five times in a minute is left alone for a while, longer each time.
 */
final class Contention {

  private static final int LIMIT = 5;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private static final class History {
    String hash = "";
    final Deque<Long> applies = new ArrayDeque<>();
    int pauses;
    long pausedUntil;
  }

  private final Map<ObjectKey, History> histories = new HashMap<>();

  /** Records a write of this intent. */
  synchronized void applied(ObjectKey key, String hash, long nowMillis) {
    var history = histories.computeIfAbsent(key, k -> new History());
    if (!history.hash.equals(hash)) {
      history.hash = hash;
      history.applies.clear();
      history.pauses = 0;
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

  /** How long this object is still left alone; zero or less when it is not. */
  synchronized Duration pause(ObjectKey key, String hash, long nowMillis) {
    var history = histories.get(key);
    return history == null || !history.hash.equals(hash)
        ? Duration.ZERO
        : Duration.ofMillis(history.pausedUntil - nowMillis);
  }
}
