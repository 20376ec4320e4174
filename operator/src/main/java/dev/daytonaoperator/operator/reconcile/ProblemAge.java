package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns a missing reference from something to wait for into a stall: GitOps tools create Secret and
 * resource in any order, but not minutes apart. Lost with the process, which only delays the stall.
 */
final class ProblemAge {

  static final Duration PATIENCE = Duration.ofMinutes(5);

  private record Key(String uid, Reason reason, String message) {}

  private final Clock clock;
  private final Map<Key, Instant> since = new ConcurrentHashMap<>();

  ProblemAge(Clock clock) {
    this.clock = clock;
  }

  /** Forgets resources that are gone. */
  void retain(Set<String> uids) {
    since.keySet().removeIf(key -> !uids.contains(key.uid()));
  }

  List<Problem> aged(String uid, List<Problem> problems) {
    var current = new HashSet<Key>();
    var result =
        problems.stream()
            .map(
                problem -> {
                  if (problem.reason() != Reason.SecretNotFound || problem.stalls()) {
                    return problem;
                  }
                  var key = new Key(uid, problem.reason(), problem.message());
                  current.add(key);
                  var first = since.computeIfAbsent(key, k -> clock.instant());
                  boolean old = first.plus(PATIENCE).isBefore(clock.instant());
                  return old ? Problem.stalled(problem.reason(), problem.message()) : problem;
                })
            .toList();
    since.keySet().removeIf(key -> key.uid().equals(uid) && !current.contains(key));
    return result;
  }
}
