package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyListener.Outcome;
import dev.daytonaoperator.operator.apply.ApplyResult.NameConflict;
import dev.daytonaoperator.operator.apply.ApplyResult.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what happens in one pass; written to by several threads. */
final class Report {

  private final ApplyListener listener;
  private int writes;
  private int awaited;
  private final List<ObjectKey> waiting = new ArrayList<>();
  private final List<ObjectKey> dying = new ArrayList<>();
  private final List<NameConflict> conflicts = new ArrayList<>();
  private final List<String> contested = new ArrayList<>();
  private final List<Rejection> rejected = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<ObjectKey> retained = new ArrayList<>();
  private @Nullable Duration retryAfter;

  Report(ApplyListener listener) {
    this.listener = listener;
  }

  synchronized void written(ObjectKey key, Outcome outcome) {
    writes++;
    listener.applied(key.kind(), outcome);
  }

  synchronized void drift(ObjectKey key) {
    listener.driftRepaired(key.kind());
  }

  synchronized void awaited(Duration lookAgain) {
    awaited++;
    retry(lookAgain);
  }

  synchronized void waiting(ObjectKey key) {
    waiting.add(key);
  }

  synchronized void dying(ObjectKey key, Duration lookAgain) {
    dying.add(key);
    retry(lookAgain);
  }

  synchronized void conflict(ObjectKey key) {
    conflicts.add(new NameConflict(key));
  }

  synchronized void contested(ObjectKey key, Contention.Pause pause) {
    var opponent = pause.opponent();
    contested.add(
        key + " is changed again and again" + (opponent.isEmpty() ? "" : " by " + opponent));
    retry(pause.left());
  }

  synchronized void rejected(ObjectKey key, String message, Duration lookAgain) {
    rejected.add(new Rejection(key, message));
    listener.applied(key.kind(), Outcome.REJECTED);
    retry(lookAgain);
  }

  synchronized void stillRejected(ObjectKey key, String message, Duration lookAgain) {
    rejected.add(new Rejection(key, message));
    retry(lookAgain);
  }

  synchronized void fault(ObjectKey key, String message) {
    faults.add(key + ": " + message);
    listener.applied(key.kind(), Outcome.FAULT);
    retry(Duration.ofSeconds(5));
  }

  synchronized void retained(ObjectKey key) {
    retained.add(key);
  }

  /** Whether nothing stands in the way of removing what is no longer wanted. */
  synchronized boolean clean() {
    return conflicts.isEmpty() && faults.isEmpty();
  }

  private void retry(Duration after) {
    if (after.isPositive() && (retryAfter == null || after.compareTo(retryAfter) < 0)) {
      retryAfter = after;
    }
  }

  synchronized ApplyResult result() {
    return new ApplyResult(
        writes,
        awaited,
        List.copyOf(waiting),
        List.copyOf(dying),
        List.copyOf(conflicts),
        List.copyOf(contested),
        List.copyOf(rejected),
        List.copyOf(faults),
        List.copyOf(retained),
        Optional.ofNullable(retryAfter));
  }
}
