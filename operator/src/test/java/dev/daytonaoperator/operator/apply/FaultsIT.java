package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.configMap;
import static dev.daytonaoperator.operator.apply.Wanted.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.FaultProxy;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An API server that fails or refuses: tried again, and no reason to leave anything else undone.
 */
@OnControlPlane
class FaultsIT {

  private FaultProxy proxy;
  private EngineScene scene;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    proxy = FaultProxy.before(controlPlane);
    scene = new EngineScene(controlPlane, admin, in.name(), proxy.config());
  }

  @AfterEach
  void end() {
    scene.close();
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void a_failing_server_is_a_fault_that_is_tried_again_and_keeps_nothing_else(int status) {
    proxy.answer(status, line -> line.endsWith("/" + scene.name + "-a"));
    var wanted =
        new HasMetadata[] {configMap(scene.name + "-a", "k", "v"), service(scene.name, 80)};

    var result = scene.pass(wanted);

    assertThat(result.faults()).singleElement().asString().contains("ConfigMap").contains("-a");
    assertThat(result.rejected()).isEmpty();
    assertThat(result.writes()).isEqualTo(1);
    assertThat(result.retryAfter()).contains(Duration.ofSeconds(5));
    assertThat(scene.live(wanted[1])).isNotNull();

    proxy.heal();
    assertThat(scene.pass(wanted).writes()).isEqualTo(1);
    assertThat(scene.pass(wanted)).isEqualTo(ApplyResult.none());
  }

  @Test
  void a_lost_answer_is_a_fault_and_the_write_is_recognised_afterwards() {
    proxy.loseAnswers(line -> line.startsWith("PATCH "));

    assertThat(scene.pass(configMap(scene.name + "-a", "k", "v")).faults()).hasSize(1);

    proxy.heal();
    scene.calls();
    assertThat(scene.pass(configMap(scene.name + "-a", "k", "v"))).isEqualTo(ApplyResult.none());
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void a_lost_answer_whose_echo_is_late_overwrites_only_our_own() {
    proxy.loseAnswers(line -> line.startsWith("PATCH "));
    scene.pass(configMap(scene.name + "-a", "k", "v"));
    proxy.heal();

    var result = scene.blindPass(configMap(scene.name + "-a", "k", "v"));

    assertThat(result.conflicts()).isEmpty();
    assertThat(result.faults()).isEmpty();
    assertThat(scene.pass(configMap(scene.name + "-a", "k", "v"))).isEqualTo(ApplyResult.none());
  }

  @Test
  void when_a_look_fails_nothing_is_decided_on_it() {
    scene.installed(configMap(scene.name + "-a", "k", "v"));
    scene.hand.configMaps().inNamespace(scene.namespace).withName(scene.name + "-a").delete();
    proxy.answer(500, line -> line.startsWith("GET "));

    assertThat(scene.pass(configMap(scene.name + "-a", "k", "v")).faults()).hasSize(1);
    assertThat(scene.writes()).isEmpty();

    proxy.heal();
    assertThat(scene.pass(configMap(scene.name + "-a", "k", "v")).writes()).isEqualTo(1);
  }

  @Test
  void nothing_is_removed_while_something_fails() {
    scene.installed(configMap(scene.name + "-a", "k", "v"), service(scene.name, 80));
    proxy.answer(500, line -> line.startsWith("PATCH "));

    scene.pass(configMap(scene.name + "-a", "k", "w"));
    assertThat(scene.live(service(scene.name, 80))).isNotNull();

    proxy.heal();
    assertThat(scene.pass(configMap(scene.name + "-a", "k", "w")).writes()).isEqualTo(2);
    assertThat(scene.live(service(scene.name, 80))).isNull();
  }

  @Test
  void at_most_eight_writes_are_under_way_at_once() {
    proxy.slow(Duration.ofMillis(50));
    var many =
        IntStream.range(0, 40)
            .mapToObj(i -> configMap(scene.name + "-" + i, "k", "v"))
            .toArray(HasMetadata[]::new);

    assertThat(scene.pass(many).writes()).isEqualTo(40);

    assertThat(proxy.mostAtOnce()).isEqualTo(8);
  }

  @Test
  void what_is_refused_is_tried_again_later_and_later_and_keeps_nothing_else() {
    var bad = service(scene.name + "-bad", 70_000);
    var good = configMap(scene.name + "-a", "k", "v");

    var first = scene.pass(bad, good);

    assertThat(first.rejected()).singleElement().asString().contains("70000");
    assertThat(first.retryAfter()).contains(Duration.ofSeconds(10));
    assertThat(first.writes()).isEqualTo(1);
    scene.calls();

    scene.later(Duration.ofSeconds(9));
    var meanwhile = scene.pass(bad, good);
    assertThat(meanwhile.rejected()).isEqualTo(first.rejected());
    assertThat(meanwhile.retryAfter()).contains(Duration.ofSeconds(1));
    assertThat(scene.calls()).isEmpty();

    scene.later(Duration.ofSeconds(1));
    assertThat(scene.pass(bad, good).retryAfter()).contains(Duration.ofSeconds(20));
    assertThat(scene.calls()).hasSize(1);
  }

  @Test
  void what_was_refused_heals_at_once_when_the_intent_changes() {
    scene.pass(service(scene.name + "-bad", 70_000));

    var result = scene.pass(service(scene.name + "-bad", 7000));

    assertThat(result.rejected()).isEmpty();
    assertThat(result.writes()).isEqualTo(1);
    assertThat(scene.pass(service(scene.name + "-bad", 7000))).isEqualTo(ApplyResult.none());
  }
}
