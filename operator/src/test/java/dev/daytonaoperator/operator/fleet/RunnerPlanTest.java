package dev.daytonaoperator.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.operator.platform.Rows;
import dev.daytonaoperator.operator.platform.RunnerWish;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.services.RunnerIdentity;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RunnerPlanTest {

  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
  private static final Daytona ABSENT = new Daytona.Absent();
  private static final Daytona SILENT = new Daytona.Silent();

  private static List<RunnerPool> pools(String yaml) {
    return PlatformInputs.spec("runners: " + yaml).runners();
  }

  private static InstallationState serving(String... names) {
    return InstallationState.EMPTY.withSeeded().withRunners(new TreeSet<>(Arrays.asList(names)));
  }

  private static InstallationState leaving(InstallationState state, String... names) {
    var result = state;
    for (var name : names) {
      result =
          result.withPhase(name, new RunnerPhase(RunnerPhase.Kind.RETIRING, NOW.minusSeconds(60)));
    }
    return result;
  }

  private static RunnerPlan plan(String yaml, InstallationState state, Daytona daytona) {
    return RunnerPlan.of(pools(yaml), state, daytona, RunnerPlan.Present.NOTHING, NOW);
  }

  private static List<String> names(RunnerPlan plan) {
    return plan.runners().stream().map(RunnerIdentity::name).toList();
  }

  private static List<String> leaving(RunnerPlan plan) {
    return plan.runners().stream().filter(plan::leaving).map(RunnerIdentity::name).toList();
  }

  private static Daytona answering(Rows rows) {
    return new Daytona.Answering(rows.view());
  }

  @Test
  void a_fresh_installation_gets_the_lowest_numbers() {
    var plan = plan("[{name: a, replicas: 2}, {name: b}]", InstallationState.EMPTY, ABSENT);

    assertThat(names(plan)).containsExactly("a-0", "a-1", "b-0");
    assertThat(plan.state().runners()).as("recorded together with their tokens").isEmpty();
    assertThat(plan.state().pools()).containsExactly("a", "b");
  }

  @Test
  void the_same_again_changes_nothing() {
    var first = plan("[{name: a, replicas: 3}]", serving("a-0", "a-1", "a-2"), SILENT);

    assertThat(plan("[{name: a, replicas: 3}]", first.state(), SILENT)).isEqualTo(first);
  }

  @Test
  void the_emptiest_leave_and_of_equal_ones_the_last() {
    var rows = new Rows(NOW).ready("a-0", 0).ready("a-1", 3).ready("a-2", 1).ready("a-3", 1);
    var plan =
        plan("[{name: a, replicas: 2}]", serving("a-0", "a-1", "a-2", "a-3"), answering(rows));

    assertThat(leaving(plan)).containsExactly("a-0", "a-3");
    assertThat(names(plan))
        .as("those that leave come last")
        .containsExactly("a-1", "a-2", "a-0", "a-3");
    assertThat(RunnerPlan.goal(plan.state(), new RunnerIdentity("a", 0)))
        .isEqualTo(RunnerWish.Goal.LEAVE);
    assertThat(RunnerPlan.goal(plan.state(), new RunnerIdentity("a", 1)))
        .isEqualTo(RunnerWish.Goal.SERVE);
  }

  @Test
  void none_is_chosen_before_all_are_counted() {
    var rows = new Rows(NOW).ready("a-0", 2).uncounted("a-1");
    var plan = plan("[{name: a}]", serving("a-0", "a-1"), answering(rows));

    assertThat(leaving(plan)).isEmpty();
    assertThat(plan.undecided()).containsExactly("a");
  }

  @Test
  void none_is_chosen_while_daytona_is_silent() {
    var plan = plan("[{name: a}]", serving("a-0", "a-1"), SILENT);

    assertThat(names(plan)).containsExactly("a-0", "a-1");
    assertThat(plan.undecided()).containsExactly("a");
  }

  @Test
  void without_any_daytona_the_last_leave() {
    var plan = plan("[{name: a}]", serving("a-0", "a-1", "a-2"), ABSENT);

    assertThat(leaving(plan)).containsExactly("a-1", "a-2");
  }

  @Test
  void one_that_leaves_stays_when_it_is_wanted_again() {
    var state = leaving(serving("a-0", "a-1", "a-2"), "a-1", "a-2");
    var rows = new Rows(NOW).ready("a-0").held("a-1", 1).held("a-2", 0);
    var plan = plan("[{name: a, replicas: 2}]", state, answering(rows));

    assertThat(names(plan)).containsExactly("a-0", "a-1", "a-2");
    assertThat(leaving(plan)).containsExactly("a-2");
    assertThat(RunnerPlan.goal(plan.state(), new RunnerIdentity("a", 1)))
        .isEqualTo(RunnerWish.Goal.RETURN);
  }

  @Test
  void a_runner_is_gone_only_on_daytonas_own_later_word() {
    var state = leaving(serving("a-0", "a-1"), "a-1");
    var forgotten = answering(new Rows(NOW).ready("a-0"));
    var old = answering(new Rows(NOW.minusSeconds(3600)).ready("a-0"));

    assertThat(plan("[{name: a}]", state, SILENT).gone()).isEmpty();
    assertThat(plan("[{name: a}]", state, old).gone()).as("asked before it left").isEmpty();
    var plan = plan("[{name: a}]", state, forgotten);
    assertThat(plan.gone()).containsExactly("a-1");
    assertThat(names(plan)).containsExactly("a-0");
  }

  @Test
  void a_number_is_not_reused_while_row_or_volume_exist() {
    var rows = answering(new Rows(NOW).ready("a-0").ready("a-2"));
    var plan =
        RunnerPlan.of(
            pools("[{name: a, replicas: 2}]"),
            serving("a-0"),
            rows,
            new RunnerPlan.Present(Set.of("a-0"), Set.of("a-0", "a-1")),
            NOW);

    assertThat(names(plan)).containsExactly("a-0", "a-3");
  }

  @Test
  void one_that_is_being_removed_keeps_its_number() {
    var state =
        serving("a-0", "a-1")
            .withPhase("a-1", new RunnerPhase(RunnerPhase.Kind.GONE, NOW.minusSeconds(5)));
    var plan = plan("[{name: a, replicas: 2}]", state, answering(new Rows(NOW).ready("a-0")));

    assertThat(names(plan)).containsExactly("a-0", "a-2");
    assertThat(plan.gone()).containsExactly("a-1");
  }

  @Test
  void volumes_that_were_kept_are_adopted_by_a_new_resource() {
    var plan =
        RunnerPlan.of(
            pools("[{name: a, replicas: 2}]"),
            InstallationState.EMPTY,
            ABSENT,
            new RunnerPlan.Present(Set.of(), Set.of("a-0", "a-1")),
            NOW);

    assertThat(names(plan)).containsExactly("a-0", "a-1");
  }

  @Test
  void runners_are_found_again_when_the_record_is_lost() {
    var plan =
        RunnerPlan.of(
            pools("[{name: a, replicas: 3}]"),
            InstallationState.EMPTY,
            ABSENT,
            new RunnerPlan.Present(Set.of("a-1", "a-4"), Set.of("a-1", "a-4")),
            NOW);

    assertThat(names(plan)).containsExactly("a-0", "a-1", "a-4");
  }

  @Test
  void the_runners_of_a_pool_that_is_gone_leave_with_its_settings() {
    var first =
        plan("[{name: a}, {name: b, runtimeClassName: kata}]", serving("a-0", "b-0"), SILENT);
    var rows = new Rows(NOW.plusSeconds(1)).ready("a-0").ready("b-0", 2);
    var second = plan("[{name: a}]", first.state(), answering(rows));

    assertThat(names(second)).containsExactly("a-0", "b-0");
    assertThat(leaving(second)).containsExactly("b-0");
    assertThat(second.pool("b").runtimeClassName()).isEqualTo("kata");
    assertThat(second.pool("b").replicas()).isZero();

    var third =
        RunnerPlan.of(
            pools("[{name: a}]"),
            second.state().withoutRunner("b-0"),
            SILENT,
            RunnerPlan.Present.NOTHING,
            NOW);
    assertThat(third.pools()).extracting(RunnerPool::name).containsExactly("a");
    assertThat(third.state().pools()).containsExactly("a");
  }

  @Test
  void a_restored_pool_takes_its_runners_back() {
    var both = plan("[{name: a}, {name: b}]", serving("a-0", "b-0"), SILENT);
    var one = plan("[{name: a}]", both.state(), SILENT);
    var again = plan("[{name: a}, {name: b}]", one.state(), SILENT);

    assertThat(leaving(one)).containsExactly("b-0");
    assertThat(leaving(again)).isEmpty();
    assertThat(names(again)).containsExactly("a-0", "b-0");
  }

  @Test
  void names_that_are_no_runners_are_left_alone() {
    assertThat(RunnerPlan.identity("a")).isEmpty();
    assertThat(RunnerPlan.identity("-1")).isEmpty();
    assertThat(RunnerPlan.identity("a-b")).isEmpty();
    assertThat(RunnerPlan.identity("a-b-12")).contains(new RunnerIdentity("a-b", 12));
  }
}
