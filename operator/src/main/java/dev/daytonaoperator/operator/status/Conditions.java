package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Collects conditions; a condition's transition time changes only when its status does. */
final class Conditions {

  private final Map<String, Condition> before;
  private final long generation;
  private final String now;
  private final List<Condition> conditions = new ArrayList<>();

  Conditions(List<Condition> before, long generation, Instant now) {
    this.before =
        before.stream()
            .collect(Collectors.toMap(Condition::getType, Function.identity(), (a, b) -> a));
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  void set(ConditionType type, Truth truth, Reason reason, String message) {
    var previous = before.get(type.name());
    var since =
        previous != null && truth.value().equals(previous.getStatus())
            ? previous.getLastTransitionTime()
            : now;
    conditions.add(
        new ConditionBuilder()
            .withType(type.name())
            .withStatus(truth.value())
            .withReason(reason.name())
            .withMessage(Limits.message(message))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
  }

  List<Condition> list() {
    return List.copyOf(conditions);
  }

  /** The three values of a condition's status. */
  enum Truth {
    TRUE("True"),
    FALSE("False"),
    UNKNOWN("Unknown");

    private final String value;

    Truth(String value) {
      this.value = value;
    }

    String value() {
      return value;
    }

    static Truth of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }
}
