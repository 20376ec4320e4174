package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.configMap;
import static dev.daytonaoperator.operator.apply.Wanted.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another writer who insists: the fight is bounded and told, and nothing else suffers. */
@OnControlPlane
class ContestedIT {

  private EngineScene scene;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    scene = new EngineScene(controlPlane, admin, in.name());
  }

  @AfterEach
  void end() {
    scene.close();
  }

  private void theyInsist() {
    scene
        .hand
        .resource(configMap(scene.name + "-a", "k", "theirs"))
        .inNamespace(scene.namespace)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("their-tool")
                .withForce(true)
                .build());
  }

  @Test
  void five_repairs_in_a_minute_and_then_a_pause_that_names_the_other() {
    var mine = configMap(scene.name + "-a", "k", "mine");
    var other = service(scene.name, 80);
    scene.installed(mine, other);
    for (int i = 0; i < 20; i++) {
      theyInsist();
      scene.pass(mine, other);
      scene.later(Duration.ofMillis(200));
    }

    var result = scene.pass(mine, other);

    assertThat(scene.writes()).hasSize(5);
    assertThat(result.contested())
        .singleElement()
        .asString()
        .contains("ConfigMap " + scene.namespace + "/" + scene.name + "-a")
        .contains("their-tool");
    assertThat(result.retryAfter().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(10));

    scene.hand.services().inNamespace(scene.namespace).withName(scene.name).delete();
    assertThat(scene.pass(mine, other).writes()).isEqualTo(1);
  }

  @Test
  void the_pause_ends_and_the_object_is_repaired() {
    var mine = configMap(scene.name + "-a", "k", "mine");
    scene.installed(mine);
    for (int i = 0; i < 6; i++) {
      theyInsist();
      scene.pass(mine);
    }
    scene.calls();

    scene.later(Duration.ofSeconds(11));
    assertThat(scene.pass(mine).writes()).isEqualTo(1);
    assertThat(scene.pass(mine)).isEqualTo(ApplyResult.none());

    assertThat(scene.live(mine).getData()).containsEntry("k", "mine");
  }

  @Test
  void a_new_intent_is_applied_at_once() {
    scene.installed(configMap(scene.name + "-a", "k", "mine"));
    for (int i = 0; i < 6; i++) {
      theyInsist();
      scene.pass(configMap(scene.name + "-a", "k", "mine"));
    }

    var result = scene.pass(configMap(scene.name + "-a", "k", "new"));

    assertThat(result.writes()).isEqualTo(1);
    assertThat(result.contested()).isEmpty();
  }
}
