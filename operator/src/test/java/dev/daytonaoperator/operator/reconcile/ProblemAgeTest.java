package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.MovingClock;
import dev.daytonaoperator.operator.status.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A missing Secret is waited for, but not for ever. */
class ProblemAgeTest {

  private static final Problem MISSING = Problem.waiting(Reason.SecretNotFound, "Secret a");
  private static final Problem OTHER = Problem.waiting(Reason.SecretNotFound, "Secret b");
  private static final Problem STUCK = Problem.stalled(Reason.SecretNotFound, "Secret a");

  private final MovingClock clock = MovingClock.still();
  private final ProblemAge ages = new ProblemAge(clock);

  private List<Problem> after(Duration time, Problem... problems) {
    clock.advance(time);
    return ages.aged("uid", List.of(problems));
  }

  @Test
  void five_minutes_are_waited_and_then_it_is_stuck() {
    assertThat(after(Duration.ZERO, MISSING)).containsExactly(MISSING);
    assertThat(after(Duration.ofMinutes(5), MISSING)).containsExactly(MISSING);
    assertThat(after(Duration.ofMillis(1), MISSING)).containsExactly(STUCK);
    assertThat(after(Duration.ofHours(1), MISSING)).containsExactly(STUCK);
  }

  @Test
  void what_appeared_meanwhile_is_waited_for_again_when_it_goes() {
    after(Duration.ZERO, MISSING);
    after(Duration.ofMinutes(4));
    after(Duration.ZERO, MISSING);

    assertThat(after(Duration.ofMinutes(4), MISSING)).containsExactly(MISSING);
  }

  @Test
  void each_has_its_own_time() {
    after(Duration.ZERO, MISSING);
    after(Duration.ofMinutes(4), MISSING, OTHER);

    assertThat(after(Duration.ofMinutes(2), MISSING, OTHER)).containsExactly(STUCK, OTHER);
  }

  @Test
  void other_problems_do_not_age() {
    var waiting = Problem.waiting(Reason.Progressing, "x");
    after(Duration.ZERO, waiting);
    assertThat(after(Duration.ofHours(1), waiting)).containsExactly(waiting);
  }

  @Test
  void resources_that_are_gone_are_forgotten() {
    after(Duration.ZERO, MISSING);
    ages.retain(Set.of("other"));
    assertThat(after(Duration.ofMinutes(6), MISSING)).containsExactly(MISSING);
  }
}
