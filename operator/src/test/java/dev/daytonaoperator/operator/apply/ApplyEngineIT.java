package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.configMap;
import static dev.daytonaoperator.operator.apply.Wanted.deployment;
import static dev.daytonaoperator.operator.apply.Wanted.service;
import static dev.daytonaoperator.operator.apply.Wanted.statefulSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often the engine writes: once for what differs, never for what does not. */
@OnControlPlane
class ApplyEngineIT {

  private EngineScene scene;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    scene = new EngineScene(controlPlane, admin, in.name());
  }

  @AfterEach
  void end() {
    scene.close();
  }

  private HasMetadata[] some() {
    return new HasMetadata[] {
      configMap(scene.name + "-a", "k", "v"),
      service(scene.name + "-s", 80),
      deployment(scene.name + "-d", Map.of("app", scene.name), 0),
      statefulSet(scene.name + "-t", "Parallel")
    };
  }

  @Test
  void n_objects_are_created_by_n_applies_and_no_other_call() {
    var result = scene.pass(some());

    assertThat(result.writes()).isEqualTo(4);
    assertThat(result.settled()).isFalse();
    assertThat(EngineScene.words(scene.calls()))
        .containsExactlyInAnyOrder(
            "patch configmaps " + scene.name + "-a 201",
            "patch services " + scene.name + "-s 201",
            "patch deployments " + scene.name + "-d 201",
            "patch statefulsets " + scene.name + "-t 201");
    assertThat(scene.told.words)
        .containsExactlyInAnyOrder(
            "CREATED ConfigMap", "CREATED Service", "CREATED Deployment", "CREATED StatefulSet");
  }

  @Test
  void what_is_made_carries_the_marks_of_its_owner() {
    scene.pass(some());

    var made = scene.live(configMap(scene.name + "-a"));
    assertThat(made.getMetadata().getLabels())
        .containsAllEntriesOf(
            Map.of(
                Labels.NAME, "daytona",
                Labels.INSTANCE, scene.name,
                Labels.PART_OF, "daytona",
                Labels.MANAGED_BY, "daytona-operator",
                Labels.INSTALLATION, scene.name));
    assertThat(made.getMetadata().getAnnotations()).containsOnlyKeys(Annotations.DESIRED);
    assertThat(made.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(r -> assertThat(r.getUid()).isEqualTo(scene.owner().uid()))
        .satisfies(r -> assertThat(r.getController()).isTrue());
    assertThat(made.getMetadata().getResourceVersion()).isNotEqualTo("1");
  }

  @Test
  void before_the_echo_nothing_is_written_again() {
    scene.pass(some());
    scene.calls();

    var result = scene.blindPass(some());

    assertThat(result.awaited()).isEqualTo(4);
    assertThat(result.settled()).isFalse();
    assertThat(result.retryAfter()).contains(Duration.ofSeconds(5));
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void when_all_is_as_wanted_nothing_is_called() {
    scene.installed(some());

    var result = scene.pass(some());

    assertThat(result).isEqualTo(ApplyResult.none());
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void a_new_process_recognises_its_own_work_without_a_call() {
    scene.installed(some());

    scene.restarted();

    assertThat(scene.pass(some())).isEqualTo(ApplyResult.none());
    assertThat(scene.calls()).isEmpty();
    assertThat(scene.told.words).isEmpty();
  }

  @Test
  void a_changed_intent_is_one_write_and_what_it_no_longer_says_is_gone() {
    scene.pass(configMap(scene.name + "-a", "k", "v", "old", "x"));
    scene.calls();

    var result = scene.pass(configMap(scene.name + "-a", "k", "w"));

    assertThat(result.writes()).isEqualTo(1);
    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 200");
    assertThat(scene.live(configMap(scene.name + "-a")).getData())
        .containsExactly(Map.entry("k", "w"));
  }

  @Test
  void a_changed_intent_that_a_restart_interrupted_is_one_write() {
    scene.installed(configMap(scene.name + "-a", "k", "v"));
    scene.restarted();

    assertThat(scene.pass(configMap(scene.name + "-a", "k", "w")).writes()).isEqualTo(1);
  }

  @Test
  void a_changed_intent_before_the_echo_of_the_last_is_one_write() {
    scene.pass(configMap(scene.name + "-a", "k", "v"));
    scene.calls();

    scene.blindPass(configMap(scene.name + "-a", "k", "w"));

    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 200");
  }

  @Test
  void a_foreign_change_of_what_we_set_is_undone_by_one_write() {
    scene.installed(some());
    scene
        .hand
        .configMaps()
        .inNamespace(scene.namespace)
        .withName(scene.name + "-a")
        .edit(
            c -> {
              c.getData().put("k", "theirs");
              return c;
            });

    assertThat(scene.pass(some()).writes()).isEqualTo(1);
    assertThat(scene.pass(some())).isEqualTo(ApplyResult.none());

    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 200");
    assertThat(scene.live(configMap(scene.name + "-a")).getData()).containsEntry("k", "v");
    assertThat(scene.told.words).containsExactly("DRIFT ConfigMap", "APPLIED ConfigMap");
  }

  @Test
  void a_foreign_change_while_the_process_was_away_is_undone_by_one_write() {
    scene.installed(some());
    scene
        .hand
        .apps()
        .deployments()
        .inNamespace(scene.namespace)
        .withName(scene.name + "-d")
        .edit(
            d -> {
              d.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("evil:1");
              return d;
            });
    scene.restarted();

    assertThat(scene.pass(some()).writes()).isEqualTo(1);
    assertThat(scene.writes()).containsExactly("patch deployments " + scene.name + "-d 200");
  }

  @Test
  void a_variable_that_somebody_has_added_a_second_time_is_taken_away_again() {
    scene.installed(some());
    scene
        .hand
        .apps()
        .deployments()
        .inNamespace(scene.namespace)
        .withName(scene.name + "-d")
        .edit(
            d -> {
              var env = d.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
              env.add(new EnvVar("A", "theirs", null));
              return d;
            });

    assertThat(scene.pass(some()).writes()).isEqualTo(1);
    assertThat(scene.pass(some())).isEqualTo(ApplyResult.none());
    assertThat(
            scene
                .live(deployment(scene.name + "-d", Map.of(), 0))
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv())
        .containsExactly(new EnvVar("A", "1", null));
  }

  @Test
  void foreign_additions_stay_and_cost_nothing() {
    scene.installed(some());
    scene
        .hand
        .configMaps()
        .inNamespace(scene.namespace)
        .withName(scene.name + "-a")
        .edit(
            c -> {
              c.getMetadata().getLabels().put("team", "theirs");
              c.getMetadata().getAnnotations().put("note", "theirs");
              c.getMetadata().setFinalizers(List.of("example.org/theirs"));
              c.getData().put("more", "theirs");
              return c;
            });

    assertThat(scene.pass(some())).isEqualTo(ApplyResult.none());
    scene.restarted();
    assertThat(scene.pass(some())).isEqualTo(ApplyResult.none());

    assertThat(scene.calls()).isEmpty();
    var live = scene.live(configMap(scene.name + "-a"));
    assertThat(live.getMetadata().getLabels()).containsEntry("team", "theirs");
    assertThat(live.getData()).containsEntry("more", "theirs");
    scene
        .hand
        .resource(live)
        .edit(
            c -> {
              c.getMetadata().setFinalizers(List.of());
              return c;
            });
  }

  @Test
  void a_deleted_object_is_made_again_by_one_write() {
    scene.installed(some());
    scene.hand.services().inNamespace(scene.namespace).withName(scene.name + "-s").delete();

    assertThat(scene.pass(some()).writes()).isEqualTo(1);

    assertThat(scene.writes()).containsExactly("patch services " + scene.name + "-s 201");
    assertThat(scene.told.words).containsExactly("DRIFT Service", "CREATED Service");
  }

  @Test
  void an_object_that_was_deleted_before_its_echo_is_made_again_when_the_echo_is_overdue() {
    scene.pass(some());
    scene.hand.services().inNamespace(scene.namespace).withName(scene.name + "-s").delete();
    scene.calls();

    assertThat(scene.pass(some()).awaited()).isEqualTo(1);
    scene.later(Duration.ofSeconds(6));
    assertThat(scene.pass(some()).writes()).isEqualTo(1);

    assertThat(scene.writes()).containsExactly("patch services " + scene.name + "-s 201");
  }

  @Test
  void an_echo_that_is_late_costs_a_look_and_no_write() {
    scene.pass(some());
    scene.later(Duration.ofSeconds(6));
    scene.calls();

    assertThat(scene.blindPass(some()).awaited()).isEqualTo(4);

    assertThat(scene.calls()).hasSize(4).allMatch(c -> c.verb().equals("get"));
    assertThat(scene.blindPass(some()).awaited()).isEqualTo(4);
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void later_waves_are_created_when_earlier_ones_are_done_and_repaired_always() {
    var first = configMap(scene.name + "-a", "k", "v");
    var second = configMap(scene.name + "-b", "k", "v");
    scene.informed.catchUp();

    var result = plan(false, first, second);

    assertThat(result.waiting()).extracting(ObjectKey::name).containsExactly(scene.name + "-b");
    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 201");

    scene.informed.catchUp();
    assertThat(plan(true, first, second).writes()).isEqualTo(1);
    scene.informed.catchUp();
    plan(true, first, second);
    scene.hand.resource(second).inNamespace(scene.namespace).delete();
    scene.informed.catchUp();
    assertThat(plan(false, first, second).writes()).isEqualTo(1);
    assertThat(scene.live(second)).isNotNull();
  }

  private ApplyResult plan(boolean done, HasMetadata first, HasMetadata second) {
    return scene
        .engine()
        .apply(
            scene.owner(),
            List.of(
                EngineScene.wave("first", done, first), EngineScene.wave("second", true, second)),
            Set.of());
  }

  @Test
  void what_held_data_is_repaired_and_never_made_anew() {
    var volume = configMap(scene.name + "-volume", "k", "v");
    scene.installed(volume);
    scene
        .hand
        .resource(configMap(scene.name + "-volume", "k", "theirs"))
        .inNamespace(scene.namespace)
        .forceConflicts()
        .serverSideApply();
    scene.informed.catchUp();
    assertThat(keeping(volume).writes()).isEqualTo(1);

    scene.informed.catchUp();
    scene.hand.resource(volume).inNamespace(scene.namespace).delete();
    for (int i = 0; i < 2; i++) { // the informers have not shown it yet, then they have
      var result = keeping(volume);
      assertThat(result.writes()).isZero();
      scene.informed.catchUp();
    }
    assertThat(keeping(volume).faults()).singleElement().asString().contains("is not made anew");
    assertThat(scene.live(volume)).isNull();

    scene.restarted();
    assertThat(keeping(volume).writes()).isZero();
    assertThat(scene.live(volume)).isNull();
  }

  private ApplyResult keeping(HasMetadata volume) {
    return scene
        .engine()
        .apply(
            scene.owner(),
            List.of(EngineScene.wave("all", true, volume)),
            Set.of(ApplyEngine.keyOf(scene.owner(), volume)));
  }

  @Test
  void many_objects_are_written_eight_at_once_and_all_of_them() {
    var many =
        IntStream.range(0, 60)
            .mapToObj(i -> configMap(scene.name + "-" + i, "k", "v"))
            .toArray(HasMetadata[]::new);

    assertThat(scene.pass(many).writes()).isEqualTo(60);

    assertThat(scene.writes()).hasSize(60).allMatch(w -> w.endsWith(" 201"));
    assertThat(scene.pass(many)).isEqualTo(ApplyResult.none());
  }

  @Test
  void what_is_no_longer_wanted_is_deleted_once() {
    scene.installed(some());

    var result = scene.pass(some()[0], some()[2]);
    scene.blindPass(some()[0], some()[2]);

    assertThat(result.writes()).isEqualTo(2);
    assertThat(scene.writes())
        .containsExactlyInAnyOrder(
            "delete services " + scene.name + "-s 200",
            "delete statefulsets " + scene.name + "-t 200");
    assertThat(scene.pass(some()[0], some()[2])).isEqualTo(ApplyResult.none());
  }
}
