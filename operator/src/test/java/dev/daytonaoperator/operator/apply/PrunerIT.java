package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.claim;
import static dev.daytonaoperator.operator.apply.Wanted.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is no longer wanted goes, when it is ours, holds no data, and is as it was seen. */
@OnControlPlane
class PrunerIT {

  private EngineScene scene;
  private ConfigMap kept;
  private ConfigMap dropped;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    scene = new EngineScene(controlPlane, admin, in.name());
    kept = configMap(scene.name + "-kept", "k", "v");
    dropped = configMap(scene.name + "-dropped", "k", "v");
  }

  @AfterEach
  void end() {
    scene.close();
  }

  private boolean there(HasMetadata object) {
    return scene.live(object) != null;
  }

  /** An object of this owner that no renderer knows. */
  private ConfigMap owned(String suffix, Map<String, String> labels, String uid) {
    var object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(scene.namespace)
            .withName(scene.name + "-" + suffix)
            .withLabels(labels)
            .addToLabels(Labels.INSTALLATION, scene.name)
            .addNewOwnerReference()
            .withApiVersion("v1")
            .withKind("ConfigMap")
            .withName(scene.name)
            .withUid(uid)
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .build();
    return scene.hand.resource(object).create();
  }

  @Test
  void what_is_ours_goes_by_one_call_each() {
    scene.installed(kept, dropped);

    assertThat(scene.pass(kept).writes()).isEqualTo(1);

    assertThat(scene.writes()).containsExactly("delete configmaps " + scene.name + "-dropped 200");
    assertThat(there(kept)).isTrue();
    assertThat(scene.pass(kept)).isEqualTo(ApplyResult.none());
  }

  @Test
  void a_new_process_removes_what_an_earlier_one_has_made() {
    scene.installed(kept, dropped);
    scene.restarted();

    scene.pass(kept);

    assertThat(there(dropped)).isFalse();
  }

  @Test
  void claims_stay_and_are_told_whatever_the_policy() {
    scene.retain(false);
    var claim = claim(scene.name + "-c", "1Gi", null);
    scene.installed(kept, claim);

    var result = scene.pass(kept);

    assertThat(result.retained()).extracting(ObjectKey::name).containsExactly(scene.name + "-c");
    assertThat(result.writes()).isZero();
    assertThat(scene.live(claim).getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void credentials_the_record_and_steps_are_not_children() {
    var mine = scene.owner().uid();
    var credential =
        owned(
            "cred", Map.of(Labels.MANAGED_BY, "daytona-operator", Labels.ROLE, "credential"), mine);
    var record =
        owned("state", Map.of(Labels.MANAGED_BY, "daytona-operator", Labels.ROLE, "state"), mine);
    var step =
        owned("step", Map.of(Labels.MANAGED_BY, "daytona-operator", Labels.ROLE, "step"), mine);

    scene.installed(kept);

    assertThat(there(credential)).isTrue();
    assertThat(there(record)).isTrue();
    assertThat(there(step)).isTrue();
  }

  @Test
  void what_only_looks_like_ours_stays() {
    var notManaged = owned("b", Map.of(), scene.owner().uid());
    var ownerless =
        scene
            .hand
            .resource(
                new ConfigMapBuilder(configMap(scene.name + "-d", "k", "v"))
                    .editMetadata()
                    .withLabels(
                        Map.of(
                            Labels.INSTALLATION, scene.name, Labels.MANAGED_BY, "daytona-operator"))
                    .endMetadata()
                    .build())
            .inNamespace(scene.namespace)
            .create();

    scene.pass(kept);

    assertThat(scene.writes()).containsExactly("patch configmaps " + scene.name + "-kept 201");
    assertThat(there(notManaged)).isTrue();
    assertThat(there(ownerless)).isTrue();
  }

  @Test
  void what_has_changed_since_it_was_seen_is_looked_at_again_first() {
    scene.installed(kept, dropped);
    scene.informed.catchUp();
    scene
        .hand
        .resource(scene.live(dropped))
        .edit(
            c -> {
              c.getData().put("theirs", "x");
              return c;
            });

    var result = scene.blindPass(kept);

    assertThat(result.faults()).hasSize(1);
    assertThat(there(dropped)).isTrue();
    assertThat(scene.writes()).containsExactly("delete configmaps " + scene.name + "-dropped 409");
    scene.pass(kept);
    assertThat(there(dropped)).isFalse();
  }

  @Test
  void a_stranger_who_took_the_name_since_stays() {
    scene.installed(kept, dropped);
    scene.informed.catchUp();
    scene.hand.resource(dropped).inNamespace(scene.namespace).delete();
    var theirs = scene.hand.resource(dropped).inNamespace(scene.namespace).create();

    scene.blindPass(kept);
    scene.pass(kept);

    assertThat(scene.live(dropped)).isEqualTo(theirs);
  }

  @Test
  void what_is_gone_already_is_no_fault() {
    scene.installed(kept, dropped);
    scene.informed.catchUp();
    scene.hand.resource(dropped).inNamespace(scene.namespace).delete();

    assertThat(scene.blindPass(kept).faults()).isEmpty();
  }

  @Test
  void nothing_goes_while_a_name_is_a_strangers() {
    scene.installed(dropped);
    scene
        .hand
        .resource(configMap(scene.name + "-kept", "theirs", "x"))
        .inNamespace(scene.namespace)
        .create();

    assertThat(scene.pass(kept).conflicts()).hasSize(1);

    assertThat(there(dropped)).isTrue();
  }
}
