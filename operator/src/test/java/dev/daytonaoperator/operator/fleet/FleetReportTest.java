package dev.daytonaoperator.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.platform.Cliff;
import dev.daytonaoperator.operator.platform.Rows;
import dev.daytonaoperator.operator.platform.RunnerView;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.operator.status.RunnersState;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each trouble of runners in words: which runner, why, what to do. */
class FleetReportTest {

  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

  private InstallationState state =
      InstallationState.EMPTY.withSeeded().withRunners(Set.of("a-0", "a-1"));
  private Map<String, RunnerWorkload> workloads = Map.of();
  private Set<String> lost = Set.of();

  private RunnersState report(Rows rows) {
    var spec = PlatformInputs.of("runners: [{name: a, replicas: 2}]").spec();
    var daytona = new Daytona.Answering(rows.view());
    var plan =
        RunnerPlan.of(
            spec.runners(), state, daytona, RunnerPlan.Present.NOTHING, rows.view().asOf());
    var updates = new RunnerUpdates(plan.state(), java.util.List.of(), Set.of());
    return FleetReport.of(plan, updates, workloads, daytona, lost, spec);
  }

  private static Rows rows() {
    return new Rows(NOW);
  }

  private static Problem problem(RunnersState state) {
    return state.problem().orElseThrow();
  }

  @Test
  void all_is_well() {
    var report = report(rows().ready("a-0").ready("a-1"));

    assertThat(report.problem()).isEmpty();
    assertThat(report.concern()).isEqualTo(Reason.Ready);
    assertThat(report.note()).isEmpty();
    assertThat(report.rows()).extracting("state").containsExactly("ready", "ready");
  }

  @Test
  void a_row_that_is_not_there() {
    assertThat(problem(report(rows().ready("a-0"))).message())
        .isEqualTo("a-1 is not registered in Daytona yet");
  }

  @Test
  void a_foreign_token_is_set_right_by_a_job() {
    var problem = problem(report(rows().withForeignToken("a-0").ready("a-1")));

    assertThat(problem.reason()).isEqualTo(Reason.RunnerNotReady);
    assertThat(problem.message()).startsWith("a-0 has another token").contains("a Job sets it");
  }

  @Test
  void a_decommissioned_row_is_made_anew() {
    assertThat(problem(report(rows().in("decommissioned", "a-0").ready("a-1"))).message())
        .startsWith("a-0 is decommissioned")
        .contains("made anew when no sandbox is on it");
  }

  @Test
  void a_silent_runner_whose_memory_ran_out() {
    var silent = rows().in("unresponsive", "a-0").ready("a-1");
    assertThat(problem(report(silent)).message()).contains("see the log of its pod");

    var pod =
        new PodBuilder()
            .withNewMetadata()
            .endMetadata()
            .withNewStatus()
            .addNewContainerStatus()
            .withNewLastState()
            .withNewTerminated()
            .withReason("OOMKilled")
            .endTerminated()
            .endLastState()
            .endContainerStatus()
            .endStatus()
            .build();
    workloads = Map.of("a-0", new RunnerWorkload(Optional.empty(), Optional.of(pod)));
    assertThat(problem(report(silent)).message()).contains("raise runners[].pod.resources");
  }

  @Test
  void several_are_counted() {
    var none = report(rows().in("unresponsive", "a-0").in("unresponsive", "a-1"));
    assertThat(problem(none).message()).endsWith("; and 1 more");
  }

  @Test
  void the_term_that_sinks_the_score_is_named() {
    assertThat(worst(90, 20)).contains("disk 90 % of /var/lib/docker: raise");
    assertThat(worst(20, 90)).contains("memory of its node 90 %: move other pods away");
    assertThat(worst(20, 20)).contains("CPU 5 % or load of its node: add runners");
    assertThat(worst(-1, 20)).contains("it reports a load below 0");
  }

  private String worst(double disk, double memory) {
    var problem =
        problem(report(rows().using("a-0", 3, disk, memory).using("a-1", 0, disk, memory)));
    assertThat(problem.reason()).isEqualTo(Reason.ScoreTooLow);
    assertThat(problem.message()).startsWith("no runner takes new sandboxes: a-0, the best, has");
    return problem.message();
  }

  @Test
  void one_good_runner_is_enough() {
    var report = report(rows().ready("a-0").using("a-1", 5, 92, 20));

    assertThat(report.problem()).isEmpty();
    assertThat(report.concern()).isEqualTo(Reason.ScoreLow);
    assertThat(report.note()).contains("a-1 takes no new sandboxes").contains("disk 90 %");
  }

  @Test
  void a_disk_that_fills_is_told_before_the_score_falls() {
    var report = report(rows().ready("a-0").using("a-1", 60, 76, 20));

    assertThat(report.concern()).isEqualTo(Reason.ScoreLow);
    assertThat(report.note()).contains("a-1: disk 75 %").contains("vfs driver");
    assertThat(report.warnings()).extracting("reason").containsExactly(Reason.DiskFilling);
  }

  @Test
  void the_limits_follow_the_thresholds() {
    var disk = report(rows().ready("a-0").using("a-1", 60, 76, 20)).note();
    assertThat(disk).contains("from about 81 % on new snapshots stop, from 88 % sandboxes");

    var view = rows().using("a-1", 60, 76, 20).view().find("a-1").orElseThrow();
    assertThat(new ScoreTerms(40, 60, new Cliff(75, 75)).filling(view, RunnerView.Resource.DISK))
        .contains("from about 76 % on new snapshots stop, from 79 % sandboxes");
    assertThat(new ScoreTerms(10, 30, new Cliff(60, 75)).filling(view, RunnerView.Resource.DISK))
        .contains("from about 66 % on new snapshots stop, from 73 % sandboxes");
    assertThat(new ScoreTerms(0, 0, new Cliff(75, 75)).filling(view, RunnerView.Resource.DISK))
        .contains("from about 100 % on new snapshots stop, from 100 % sandboxes");
  }

  @Test
  void sandboxes_of_a_lost_volume_are_counted() {
    lost = Set.of("a-1");
    var report = report(rows().ready("a-0").ready("a-1", 3));

    assertThat(report.note()).contains("a-1 has lost its volume, and with it the 3 sandboxes");
    assertThat(report.warnings()).extracting("reason").containsExactly(Reason.DataLost);
  }

  @Test
  void a_leaving_runner_tells_what_it_waits_for() {
    state =
        state
            .withRunners(Set.of("a-0", "a-1", "a-2"))
            .withPhase("a-2", new RunnerPhase(RunnerPhase.Kind.RETIRING, NOW));

    assertThat(report(rows().ready("a-0").ready("a-1").ready("a-2", 4)).note())
        .isEqualTo("a-2 leaves when its 4 sandboxes are moved away, archived or deleted");
  }
}
