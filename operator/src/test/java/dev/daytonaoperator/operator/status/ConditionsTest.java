package dev.daytonaoperator.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Conditions.Truth;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-01T00:05:00.987Z");

  private static Condition set(
      List<Condition> before, Instant now, Truth truth, Reason reason, String message) {
    var conditions = new Conditions(before, 3, now);
    conditions.set(ConditionType.Ready, truth, reason, message);
    return conditions.list().getFirst();
  }

  private static final Condition FIRST =
      set(List.of(), THEN, Truth.FALSE, Reason.Progressing, "starting");

  @Test
  void a_condition_says_what_since_when_and_of_which_generation() {
    assertThat(FIRST.getType()).isEqualTo("Ready");
    assertThat(FIRST.getStatus()).isEqualTo("False");
    assertThat(FIRST.getReason()).isEqualTo("Progressing");
    assertThat(FIRST.getMessage()).isEqualTo("starting");
    assertThat(FIRST.getObservedGeneration()).isEqualTo(3);
    assertThat(FIRST.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
  }

  @Test
  void another_reason_is_no_transition() {
    var next = set(List.of(FIRST), NOW, Truth.FALSE, Reason.CrashLooping, "keeps exiting");

    assertThat(next.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(next.getReason()).isEqualTo("CrashLooping");
  }

  @Test
  void another_status_is_one_in_whole_seconds() {
    for (var truth : List.of(Truth.TRUE, Truth.UNKNOWN)) {
      assertThat(set(List.of(FIRST), NOW, truth, Reason.Ready, "").getLastTransitionTime())
          .isEqualTo("2026-01-01T00:05:00Z");
    }
  }

  @Test
  void a_condition_that_was_absent_begins_now() {
    var conditions = new Conditions(List.of(FIRST), 3, NOW);
    conditions.set(ConditionType.Stalled, Truth.TRUE, Reason.NameConflict, "x");

    assertThat(conditions.list())
        .singleElement()
        .extracting(Condition::getLastTransitionTime)
        .isEqualTo("2026-01-01T00:05:00Z");
  }

  @Test
  void long_messages_are_cut_and_say_so() {
    var message = set(List.of(), NOW, Truth.FALSE, Reason.ApplyRejected, "x".repeat(5000));
    assertThat(message.getMessage()).hasSize(1024).endsWith("x…");
    var half =
        set(
            List.of(),
            NOW,
            Truth.FALSE,
            Reason.ApplyRejected,
            "x".repeat(1022) + "\uD83D\uDE00".repeat(9));
    assertThat(half.getMessage()).isEqualTo("x".repeat(1022) + "…");
    var fits = set(List.of(), NOW, Truth.FALSE, Reason.ApplyRejected, "x".repeat(1024));
    assertThat(fits.getMessage()).hasSize(1024).endsWith("x");
  }

  @Test
  void a_truth_is_one_of_three() {
    assertThat(List.of(Truth.values()))
        .extracting(Truth::value)
        .containsExactly("True", "False", "Unknown");
    assertThat(Truth.of(true)).isEqualTo(Truth.TRUE);
    assertThat(Truth.of(false)).isEqualTo(Truth.FALSE);
  }
}
