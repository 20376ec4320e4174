package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.claim;
import static dev.daytonaoperator.operator.apply.Wanted.configMap;
import static dev.daytonaoperator.operator.apply.Wanted.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose an object is: strangers' are never touched, our own are known by more than one mark. */
@OnControlPlane
class OwnershipIT {

  private EngineScene scene;
  private ConfigMap wanted;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    scene = new EngineScene(controlPlane, admin, in.name());
    wanted = configMap(scene.name + "-a", "k", "v");
  }

  @AfterEach
  void end() {
    scene.close();
  }

  private List<ApplyResult.NameConflict> conflicts(HasMetadata... objects) {
    scene.informed.catchUp();
    return scene
        .engine()
        .conflicts(
            scene.owner(),
            List.of(objects).stream().map(o -> ApplyEngine.keyOf(scene.owner(), o)).toList());
  }

  private void stranger() {
    scene
        .hand
        .resource(configMap(scene.name + "-a", "theirs", "x"))
        .inNamespace(scene.namespace)
        .create();
  }

  @Test
  void first_sight_is_one_list_per_kind_that_is_wanted() {
    assertThat(conflicts(wanted, configMap(scene.name + "-b"), service(scene.name, 80))).isEmpty();

    assertThat(scene.calls())
        .hasSize(2)
        .allMatch(c -> c.verb().equals("list") && c.uri().endsWith("/" + c.resource()));
    assertThat(scene.engine().knows(scene.owner())).isTrue();
  }

  @Test
  void a_name_is_looked_up_once() {
    conflicts(wanted);
    scene.calls();

    assertThat(conflicts(wanted)).isEmpty();
    assertThat(scene.calls()).isEmpty();

    conflicts(wanted, configMap(scene.name + "-b"));
    assertThat(scene.calls()).hasSize(1);
  }

  @Test
  void a_new_process_looks_up_no_name_whose_object_it_sees() {
    scene.installed(wanted);
    scene.restarted();

    assertThat(conflicts(wanted)).isEmpty();
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void a_name_that_a_stranger_holds_is_told_until_it_is_free() {
    stranger();

    assertThat(conflicts(wanted))
        .singleElement()
        .asString()
        .contains("ConfigMap " + scene.namespace + "/" + scene.name + "-a");
    assertThat(scene.engine().knows(scene.owner())).isFalse();
    assertThat(conflicts(wanted)).hasSize(1);
    assertThat(scene.writes()).isEmpty();

    scene.hand.resource(wanted).inNamespace(scene.namespace).delete();
    assertThat(conflicts(wanted)).isEmpty();
    assertThat(scene.engine().knows(scene.owner())).isTrue();
  }

  @Test
  void an_object_that_a_stranger_makes_after_the_look_is_not_taken_over() {
    conflicts(wanted);
    stranger();
    var before = scene.live(wanted);

    var result = scene.pass(wanted);

    assertThat(result.writes()).isZero();
    assertThat(result.conflicts()).hasSize(1);
    assertThat(scene.live(wanted)).isEqualTo(before);
    assertThat(conflicts(wanted)).hasSize(1);
  }

  @Test
  void a_stranger_who_takes_the_name_of_a_deleted_object_keeps_it() {
    scene.installed(wanted);
    scene.hand.resource(wanted).inNamespace(scene.namespace).delete();
    stranger();
    var before = scene.live(wanted);

    assertThat(scene.pass(wanted).conflicts()).hasSize(1);

    assertThat(scene.live(wanted)).isEqualTo(before);
    scene.restarted();
    assertThat(conflicts(wanted)).hasSize(1);
  }

  @Test
  void a_stranger_who_replaces_an_object_between_look_and_write_keeps_it() {
    scene.installed(wanted);
    scene.informed.catchUp();
    scene.hand.resource(wanted).inNamespace(scene.namespace).delete();
    stranger();
    var before = scene.live(wanted);

    var result = scene.blindPass(configMap(scene.name + "-a", "k", "w"));

    assertThat(result.writes()).isZero();
    assertThat(scene.live(wanted)).isEqualTo(before);
  }

  @Test
  void an_object_without_its_label_is_given_it_back_by_one_write() {
    scene.installed(wanted);
    relabel(wanted, Labels.INSTALLATION);

    var result = scene.pass(wanted);

    assertThat(result.conflicts()).isEmpty();
    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 200");
    assertThat(scene.live(wanted).getMetadata().getLabels())
        .containsEntry(Labels.INSTALLATION, scene.name);
    assertThat(scene.pass(wanted)).isEqualTo(ApplyResult.none());
  }

  @Test
  void an_object_that_lost_its_label_while_the_process_was_away_is_no_stranger() {
    var claim = claim(scene.name + "-c", "1Gi", null);
    scene.installed(wanted, claim);
    relabel(wanted, Labels.INSTALLATION);
    relabel(claim, Labels.INSTALLATION);
    scene.restarted();

    assertThat(conflicts(wanted, claim)).isEmpty();
    assertThat(scene.pass(wanted, claim).writes()).isEqualTo(2);
    assertThat(scene.pass(wanted, claim)).isEqualTo(ApplyResult.none());
  }

  private void relabel(HasMetadata object, String without) {
    scene
        .hand
        .resource(scene.live(object))
        .edit(
            o -> {
              o.getMetadata().getLabels().remove(without);
              return o;
            });
  }

  @Test
  void an_object_without_its_owner_is_given_it_back_by_one_write() {
    scene.installed(wanted);
    scene
        .hand
        .resource(scene.live(wanted))
        .edit(
            o ->
                new ConfigMapBuilder(o).editMetadata().withOwnerReferences().endMetadata().build());

    assertThat(scene.pass(wanted).writes()).isEqualTo(1);

    assertThat(scene.live(wanted).getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(scene.writes()).hasSize(1);
  }

  @Test
  void what_an_earlier_resource_left_to_end_is_awaited_and_then_made_anew() {
    hold(wanted);
    var old = scene.live(wanted).getMetadata().getUid();
    scene.recreated();

    var waiting = scene.pass(wanted);

    assertThat(waiting.dying()).extracting(ObjectKey::name).containsExactly(scene.name + "-a");
    assertThat(waiting.conflicts()).isEmpty();
    assertThat(waiting.retryAfter()).contains(Duration.ofSeconds(60));
    assertThat(scene.writes()).isEmpty();

    release(wanted);
    assertThat(scene.pass(wanted).writes()).isEqualTo(1);
    assertThat(scene.live(wanted).getMetadata().getUid()).isNotEqualTo(old);
    assertThat(scene.pass(wanted)).isEqualTo(ApplyResult.none());
  }

  @Test
  void what_ends_unseen_by_the_informers_is_not_written_to() {
    hold(wanted);
    scene.recreated();
    var stale = new EmptyFor(wanted);

    var result = stale.pass();

    assertThat(result.dying()).hasSize(1);
    assertThat(result.rejected()).isEmpty();
    assertThat(result.writes()).isZero();
    release(wanted);
  }

  /** An engine whose informers have not shown an object that exists. */
  private final class EmptyFor {
    private final ConfigMap object;

    EmptyFor(ConfigMap object) {
      this.object = object;
    }

    ApplyResult pass() {
      scene.restarted();
      return scene.blindPass(object);
    }
  }

  @Test
  void when_the_end_of_an_object_was_missed_the_server_is_asked_after_a_minute() {
    hold(wanted);
    scene.recreated();
    scene.pass(wanted);
    release(wanted);
    scene.calls();

    assertThat(scene.blindPass(wanted).dying()).hasSize(1);
    assertThat(scene.calls()).isEmpty();
    scene.later(Duration.ofSeconds(61));
    assertThat(scene.blindPass(wanted).writes()).isEqualTo(1);
    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-a 201");
    assertThat(scene.pass(wanted)).isEqualTo(ApplyResult.none());
  }

  @Test
  void an_object_that_somebody_deletes_slowly_is_awaited_and_made_again() {
    hold(wanted);
    scene.hand.resource(wanted).inNamespace(scene.namespace).delete();

    assertThat(scene.pass(wanted).dying()).hasSize(1);
    assertThat(scene.writes()).isEmpty();

    release(wanted);
    assertThat(scene.pass(wanted).writes()).isEqualTo(1);
  }

  /** Installs it with a finalizer, so that its end takes until {@link #release}. */
  private void hold(ConfigMap object) {
    scene.installed(object);
    finalizers(object, List.of("example.org/slow"));
    scene.pass(object);
  }

  private void release(ConfigMap object) {
    if (scene.live(object).getMetadata().getDeletionTimestamp() == null) {
      Awaitility.await("the garbage collector")
          .atMost(Duration.ofSeconds(60))
          .until(() -> scene.live(object).getMetadata().getDeletionTimestamp() != null);
    }
    finalizers(object, List.of());
    Awaitility.await().until(() -> scene.live(object) == null);
  }

  private void finalizers(ConfigMap object, List<String> finalizers) {
    scene
        .hand
        .resource(scene.live(object))
        .edit(
            o ->
                new ConfigMapBuilder(o)
                    .editMetadata()
                    .withFinalizers(finalizers)
                    .endMetadata()
                    .build());
  }

  @Test
  void a_retained_claim_of_an_earlier_resource_is_adopted_as_it_is() {
    var claim = claim(scene.name + "-c", "1Gi", null);
    scene.installed(claim);
    var uid = scene.live(claim).getMetadata().getUid();
    assertThat(scene.live(claim).getMetadata().getOwnerReferences()).isEmpty();

    scene.recreated();
    assertThat(conflicts(claim)).isEmpty();
    assertThat(scene.pass(claim)).isEqualTo(ApplyResult.none());

    assertThat(scene.calls()).isEmpty();
    assertThat(scene.live(claim).getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void a_retained_claim_is_owned_from_the_moment_the_policy_says_so_and_freed_again() {
    var claim = claim(scene.name + "-c", "1Gi", null);
    scene.installed(claim);

    scene.retain(false);
    assertThat(scene.pass(claim).writes()).isEqualTo(1);
    assertThat(owners(claim)).isEqualTo(Map.of(scene.owner().uid(), true));
    assertThat(scene.pass(claim)).isEqualTo(ApplyResult.none());

    scene.retain(true);
    assertThat(scene.pass(claim).writes()).isEqualTo(1);
    assertThat(owners(claim)).isEmpty();
    assertThat(scene.pass(claim)).isEqualTo(ApplyResult.none());
  }

  private Map<String, Boolean> owners(PersistentVolumeClaim claim) {
    return scene.live(claim).getMetadata().getOwnerReferences().stream()
        .collect(java.util.stream.Collectors.toMap(r -> r.getUid(), r -> r.getController()));
  }
}
