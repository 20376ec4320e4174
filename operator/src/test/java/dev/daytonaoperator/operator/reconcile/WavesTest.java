package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.WavePlan;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.operator.status.StepState.Stage;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.Wave;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is created before what. */
class WavesTest {

  private static final List<HasMetadata> ALL =
      PlatformInputs.render(
          PlatformInputs.of("exposure: {type: Ingress, domain: d.io, tls: {type: SelfSigned}}"));

  private static List<ComponentState> readyBut(ComponentName... open) {
    var notReady = Set.of(open);
    return Arrays.stream(ComponentName.values())
        .map(
            n ->
                notReady.contains(n)
                    ? new ComponentState(n, 1, 0, "", Reason.Progressing, "x")
                    : new ComponentState(n, 1, 1, "i", Reason.Ready, ""))
        .toList();
  }

  private static List<StepState> steps(Stage bucket, Stage init) {
    return List.of(
        new StepState(Step.BUCKET, bucket, 0, ""), new StepState(Step.MIGRATE_INIT, init, 0, ""));
  }

  /** The waves that are over. */
  private static Set<String> done(
      List<ComponentState> components, List<StepState> steps, boolean running) {
    return Waves.plan(ALL, components, steps, running, true).stream()
        .filter(w -> w.done().getAsBoolean())
        .map(WavePlan::name)
        .collect(java.util.stream.Collectors.toSet());
  }

  private static final List<StepState> DONE = steps(Stage.DONE, Stage.DONE);

  @Test
  void every_object_is_in_one_wave_in_order() {
    var plan = Waves.plan(ALL, readyBut(), DONE, true, true);

    assertThat(plan)
        .extracting(WavePlan::name)
        .containsExactly("CONFIG", "DATA", "API", "EDGE", "EXPOSURE");
    assertThat(plan.stream().flatMap(w -> w.objects().stream()))
        .containsExactlyInAnyOrderElementsOf(ALL);
    assertThat(Waves.sorted(ALL, List.of())).containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void kinds_and_components_tell_the_wave() {
    assertThat(kinds(Wave.CONFIG))
        .containsOnly("ConfigMap", "PersistentVolumeClaim", "Service", "NetworkPolicy");
    assertThat(kinds(Wave.DATA)).containsOnly("StatefulSet", "Deployment");
    assertThat(kinds(Wave.API)).containsOnly("Deployment");
    assertThat(kinds(Wave.EDGE)).containsOnly("StatefulSet", "Deployment");
    assertThat(kinds(Wave.EXPOSURE)).containsOnly("Ingress", "PodDisruptionBudget");
  }

  private static List<String> kinds(Wave wave) {
    return ALL.stream().filter(o -> Waves.of(o) == wave).map(HasMetadata::getKind).toList();
  }

  @Test
  void a_wave_is_over_when_all_that_gates_it_is_ready() {
    assertThat(done(readyBut(), DONE, true))
        .containsExactlyInAnyOrder("CONFIG", "DATA", "API", "EDGE", "EXPOSURE");
    assertThat(done(readyBut(ComponentName.DATABASE), DONE, true)).doesNotContain("DATA");
    assertThat(done(readyBut(ComponentName.API), DONE, true))
        .contains("DATA")
        .doesNotContain("API");
    assertThat(done(readyBut(ComponentName.RUNNER), DONE, true)).doesNotContain("EDGE");
  }

  @Test
  void tools_gate_nothing() {
    var tools =
        EnumSet.allOf(ComponentName.class).stream()
            .filter(n -> !n.gates())
            .toArray(ComponentName[]::new);
    assertThat(tools).isNotEmpty();
    assertThat(done(readyBut(tools), DONE, true)).contains("DATA", "API", "EDGE");
  }

  @Test
  void the_api_waits_for_bucket_and_tables() {
    assertThat(done(readyBut(), steps(Stage.RUNNING, Stage.DONE), true)).doesNotContain("DATA");
    assertThat(done(readyBut(), steps(Stage.DONE, Stage.FAILED), true)).doesNotContain("DATA");
    var upgrading = List.of(new StepState(Step.MIGRATE_POST_DEPLOY, Stage.PENDING, 0, ""));
    assertThat(done(readyBut(), upgrading, true)).contains("DATA");
  }

  @Test
  void nothing_is_exposed_before_the_declared_users_are_made() {
    var plan = Waves.plan(ALL, readyBut(), DONE, true, false);

    assertThat(plan.stream().filter(w -> w.done().getAsBoolean()).map(WavePlan::name))
        .contains("API")
        .doesNotContain("EDGE");
  }

  @Test
  void what_is_scaled_to_zero_is_not_waited_for() {
    assertThat(done(readyBut(ComponentName.DATABASE, ComponentName.API), DONE, false))
        .contains("DATA", "API");
  }
}
