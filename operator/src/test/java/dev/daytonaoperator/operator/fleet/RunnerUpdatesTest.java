package dev.daytonaoperator.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.platform.Rows;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.operator.state.RunnerPhase.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunnerUpdatesTest {

  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

  private final Map<String, RunnerWorkload> workloads = new HashMap<>();
  private InstallationState state =
      InstallationState.EMPTY.withSeeded().withRunners(Set.of("a-0", "a-1", "a-2"));

  @BeforeEach
  void all_are_of_the_wanted_template() {
    state.runners().forEach(name -> pod(name, "new", true));
  }

  private static StatefulSet set() {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withGeneration(2L)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(2L)
        .withUpdateRevision("new")
        .endStatus()
        .build();
  }

  private void pod(String name, String revision, boolean ready) {
    pod(name, revision, ready, true);
  }

  private void pod(String name, String revision, boolean ready, boolean started) {
    var state = new io.fabric8.kubernetes.api.model.ContainerStateBuilder();
    if (started) {
      state.withNewRunning().endRunning();
    } else {
      state.withNewWaiting().withReason("ImagePullBackOff").endWaiting();
    }
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("controller-revision-hash", revision)
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withLastTransitionTime(NOW.minusSeconds(300).toString())
            .endCondition()
            .addNewContainerStatus()
            .withState(state.build())
            .endContainerStatus()
            .endStatus()
            .build();
    workloads.put(name, new RunnerWorkload(Optional.of(set()), Optional.of(pod)));
  }

  private Rows rows() {
    return new Rows(NOW);
  }

  private RunnerUpdates decide(String policy, Daytona daytona) {
    var plan =
        RunnerPlan.of(
            PlatformInputs.spec("runners: [{name: a, replicas: 3, updatePolicy: " + policy + "}]")
                .runners(),
            state,
            daytona,
            RunnerPlan.Present.NOTHING,
            NOW);
    return RunnerUpdates.of(plan, workloads, daytona, NOW);
  }

  private RunnerUpdates decide(String policy, Rows rows) {
    return decide(policy, new Daytona.Answering(rows.view()));
  }

  private void phase(String name, Kind kind, long secondsAgo) {
    state = state.withPhase(name, new RunnerPhase(kind, NOW.minusSeconds(secondsAgo)));
  }

  private static java.util.List<String> replaced(RunnerUpdates updates) {
    return updates.replaced().stream().map(Pod::getMetadata).map(m -> m.getName()).toList();
  }

  private static Optional<Kind> kind(RunnerUpdates updates, String name) {
    return updates.state().phase(name).map(RunnerPhase::kind);
  }

  @Test
  void nothing_is_done_when_all_are_current() {
    var updates = decide("{type: Immediate}", rows().ready("a-0").ready("a-1").ready("a-2"));

    assertThat(updates.replaced()).isEmpty();
    assertThat(updates.pending()).isEmpty();
    assertThat(updates.state().entries().keySet()).noneMatch(key -> key.startsWith("runner."));
  }

  @Test
  void one_at_a_time_is_held_first() {
    pod("a-0", "old", true);
    pod("a-1", "old", true);
    var updates = decide("{type: Immediate}", rows().ready("a-0").ready("a-1").ready("a-2"));

    assertThat(kind(updates, "a-0")).contains(Kind.UPDATING);
    assertThat(kind(updates, "a-1")).isEmpty();
    assertThat(updates.replaced()).as("its poll may still take a job").isEmpty();
    assertThat(updates.pending()).containsExactly("a-1");
  }

  @Test
  void none_is_begun_while_another_does_not_work() {
    pod("a-0", "old", true);
    var updates =
        decide("{type: Immediate}", rows().ready("a-0").in("unresponsive", "a-1").ready("a-2"));

    assertThat(kind(updates, "a-0")).isEmpty();
    assertThat(updates.pending()).containsExactly("a-0");
  }

  @Test
  void one_that_does_not_work_is_first() {
    pod("a-0", "old", true);
    pod("a-1", "old", false);
    var updates =
        decide("{type: Drain}", rows().ready("a-0").in("unresponsive", "a-1").ready("a-2"));

    assertThat(kind(updates, "a-1")).contains(Kind.UPDATING);
    assertThat(kind(updates, "a-0")).isEmpty();
  }

  @Test
  void it_waits_until_the_last_poll_is_over() {
    pod("a-0", "old", true);
    phase("a-0", Kind.UPDATING, 600);

    assertThat(
            replaced(decide("{type: Immediate}", rows().justHeld("a-0").ready("a-1").ready("a-2"))))
        .isEmpty();
    assertThat(
            replaced(decide("{type: Immediate}", rows().held("a-0", 7).ready("a-1").ready("a-2"))))
        .containsExactly("a-0");
  }

  @Test
  void a_drain_waits_for_running_sandboxes_and_not_for_ever() {
    pod("a-0", "old", true);
    phase("a-0", Kind.UPDATING, 600);
    var busy = rows().held("a-0", 2).ready("a-1").ready("a-2");

    assertThat(replaced(decide("{type: Drain}", busy))).isEmpty();
    assertThat(replaced(decide("{type: Drain, drainTimeoutSeconds: 300}", busy)))
        .containsExactly("a-0");
    assertThat(replaced(decide("{type: Drain}", rows().held("a-0", 0).ready("a-1").ready("a-2"))))
        .containsExactly("a-0");
  }

  @Test
  void on_delete_waits_for_a_hand() {
    pod("a-0", "old", true);
    var updates = decide("{type: OnDelete}", rows().ready("a-0").ready("a-1").ready("a-2"));

    assertThat(updates.replaced()).isEmpty();
    assertThat(kind(updates, "a-0")).isEmpty();
    assertThat(updates.pending()).containsExactly("a-0");
  }

  @Test
  void a_pod_that_never_ran_is_replaced_at_once_whatever_the_policy() {
    pod("a-0", "old", false, false);

    assertThat(
            replaced(
                decide(
                    "{type: OnDelete}",
                    rows().in("unresponsive", "a-0").ready("a-1").ready("a-2"))))
        .containsExactly("a-0");
  }

  @Test
  void a_replaced_one_returns_when_it_has_reported_and_then_serves() {
    phase("a-0", Kind.UPDATING, 600);
    var reported = decide("{type: Drain}", rows().held("a-0", 0).ready("a-1").ready("a-2"));
    assertThat(kind(reported, "a-0")).contains(Kind.RETURNING);

    state = reported.state();
    assertThat(kind(decide("{type: Drain}", rows().held("a-0", 0)), "a-0"))
        .as("still unschedulable")
        .contains(Kind.RETURNING);
    assertThat(kind(decide("{type: Drain}", rows().ready("a-0")), "a-0")).isEmpty();
  }

  @Test
  void a_replaced_one_that_has_not_reported_does_not_return() {
    phase("a-0", Kind.UPDATING, 600);

    assertThat(kind(decide("{type: Drain}", new Rows(NOW.minusSeconds(400)).held("a-0", 0)), "a-0"))
        .contains(Kind.UPDATING);
  }

  @Test
  void nothing_moves_while_daytona_is_silent() {
    pod("a-0", "old", true);
    pod("a-1", "old", true);
    phase("a-0", Kind.UPDATING, 6000);
    var updates = decide("{type: Immediate}", new Daytona.Silent());

    assertThat(updates.replaced()).isEmpty();
    assertThat(kind(updates, "a-0")).contains(Kind.UPDATING);
    assertThat(kind(updates, "a-1")).isEmpty();
  }

  @Test
  void without_any_daytona_pods_are_replaced_one_by_one() {
    pod("a-0", "old", true);
    pod("a-1", "old", true);
    var first = decide("{type: Drain}", new Daytona.Absent());
    assertThat(kind(first, "a-0")).contains(Kind.UPDATING);

    state = first.state();
    assertThat(replaced(decide("{type: Drain}", new Daytona.Absent()))).containsExactly("a-0");
  }
}
