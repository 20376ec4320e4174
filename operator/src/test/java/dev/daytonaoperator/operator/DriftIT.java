package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.operator.apply.ManagedKind;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other hands on the operator's objects: what is ours is repaired once, the rest is left alone. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftIT {

  /** Has objects of every kind: the Ingress and the registry's CronJob need to be asked for. */
  private static final String SPEC =
      """
      exposure: {type: Ingress, domain: daytona.example.org, ingress: {className: nginx}}
      registry:
        type: Bundled
        bundled: {garbageCollection: {schedule: "0 3 * * 0"}}
      """;

  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final KubernetesClient client;
  private final RunningOperator operator;

  DriftIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    this.hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    this.calls = new OperatorCalls(audit, namespace.name());
    this.operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @BeforeAll
  void installed() {
    hand.apply(SPEC);
    hand.awaitReady();
    calls.awaitQuiet();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @BeforeEach
  void count_from_here() {
    calls.restart();
  }

  /** All kinds, each with a path that the operator sets and a foreign value for it. */
  @ParameterizedTest(name = "{0}/{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ConfigMap | daytona-dex | {"data":{"config.yaml":"issuer: http://evil"}}
          Secret | daytona-proxy | {"metadata":{"labels":{"app.kubernetes.io/part-of":"other"}}}
          Service | daytona-api | {"spec":{"selector":{"app.kubernetes.io/component":"proxy"}}}
          PersistentVolumeClaim | daytona-cache | {"metadata":{"labels":{"app.kubernetes.io/name":"x"}}}
          StatefulSet | daytona-database | {"spec":{"replicas":0}}
          Deployment | daytona-proxy | {"spec":{"template":{"spec":{"terminationGracePeriodSeconds":1}}}}
          CronJob | daytona-registry-gc | {"spec":{"schedule":"* * * * *"}}
          NetworkPolicy | daytona-default-deny | {"spec":{"policyTypes":["Ingress"]}}
          NetworkPolicy | daytona-maildev | {"spec":{"egress":[{}]}}
          PodDisruptionBudget | daytona-runner-default | {"spec":{"maxUnavailable":3}}
          Ingress | daytona | {"spec":{"ingressClassName":"other"}}
          """)
  void a_foreign_edit_of_what_we_set_costs_one_write(String kind, String name, String patch) {
    var before = find(kind, name);
    var object = edit(before, patch);
    repaired(object, before);
    assertThat(calls.childWrites()).hasSize(1);
    assertThat(calls.childWrites().getFirst().name()).isEqualTo(name);
    hand.awaitReady();
  }

  /** Waits until the object's metadata labels, spec and data are what they were. */
  private void repaired(HasMetadata edited, HasMetadata before) {
    Awaitility.await(edited.getKind() + " is repaired")
        .atMost(20, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                content(find(edited.getKind(), edited.getMetadata().getName()))
                    .equals(content(before)));
    calls.awaitQuiet();
  }

  private static Map<?, ?> content(HasMetadata object) {
    var map =
        io.fabric8.kubernetes.client.utils.Serialization.jsonMapper()
            .convertValue(object, Map.class);
    map.remove("status");
    map.put("metadata", String.valueOf(object.getMetadata().getLabels()));
    return map;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ConfigMap/daytona-dex",
        "Secret/daytona-proxy",
        "Service/daytona-api",
        "PersistentVolumeClaim/daytona-cache",
        "StatefulSet/daytona-database",
        "Deployment/daytona-proxy",
        "CronJob/daytona-registry-gc",
        "NetworkPolicy/daytona-api",
        "PodDisruptionBudget/daytona-runner-default",
        "Ingress/daytona"
      })
  void a_foreign_label_survives_and_costs_nothing(String id) {
    var kind = id.substring(0, id.indexOf('/'));
    var name = id.substring(id.indexOf('/') + 1);
    edit(find(kind, name), "{\"metadata\":{\"labels\":{\"example.org/team\":\"a\"}}}");
    calls.awaitQuiet();
    assertThat(calls.writes()).isEmpty();
    assertThat(find(kind, name).getMetadata().getLabels()).containsEntry("example.org/team", "a");
  }

  /** As an autoscaler, a mesh or a person with kubectl rollout restart does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment | daytona-proxy | {"spec":{"progressDeadlineSeconds":700}}
          Deployment | daytona-api | {"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}}}}}
          Service | daytona-api | {"metadata":{"annotations":{"mesh.example.org/port":"1"}}}
          """)
  void a_foreign_write_to_a_path_we_do_not_set_costs_nothing(
      String kind, String name, String patch) {
    edit(find(kind, name), patch);
    calls.awaitQuiet();
    hand.awaitReady();
    assertThat(calls.childWrites()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ConfigMap/daytona-dex",
        "Secret/daytona-proxy",
        "Service/daytona-api",
        "StatefulSet/daytona-database",
        "Deployment/daytona-proxy",
        "CronJob/daytona-registry-gc",
        "NetworkPolicy/daytona-api",
        "PodDisruptionBudget/daytona-runner-default",
        "Ingress/daytona"
      })
  void a_deleted_child_is_made_again_by_one_write(String id) {
    var kind = id.substring(0, id.indexOf('/'));
    var name = id.substring(id.indexOf('/') + 1);
    var uid = find(kind, name).getMetadata().getUid();
    client.resource(find(kind, name)).delete();
    awaitRemade(kind, name, uid);
    hand.awaitReady();
    calls.awaitQuiet();
    // A new value of a credential rolls those who read it; they are children that changed.
    var writes = calls.childWrites();
    var remade = kind.toLowerCase(java.util.Locale.ROOT);
    assertThat(writes.stream().filter(call -> call.resource().startsWith(remade.substring(0, 5))))
        .hasSize(1);
    if (kind.equals("Secret")) {
      assertThat(writes.stream().filter(call -> call.resource().equals("deployments")))
          .extracting(call -> call.name())
          .containsExactlyInAnyOrder("daytona-api", "daytona-proxy");
      assertThat(writes).hasSize(3);
    } else {
      assertThat(writes).hasSize(1);
    }
  }

  @Test
  void a_deleted_claim_is_made_again_when_it_has_ended() {
    var claim = find("PersistentVolumeClaim", "daytona-cache");
    client.resource(claim).delete();
    calls.awaitQuiet();
    assertThat(calls.childWrites()).as("it ends only when no pod uses it").isEmpty();
    client.pods().inNamespace(hand.namespace).withName("daytona-cache-0").delete();
    awaitRemade("PersistentVolumeClaim", "daytona-cache", claim.getMetadata().getUid());
    hand.awaitReady();
    calls.awaitQuiet();
    assertThat(calls.childWrites()).hasSize(1);
  }

  @Test
  void a_lost_credential_that_data_depend_on_is_never_made_again() {
    var secret = client.secrets().inNamespace(hand.namespace).withName("daytona-admin").get();
    client.resource(secret).delete();
    var stalled = hand.awaitStalled("CredentialsLost");
    assertThat(stalled.getMessage()).contains("daytona-admin");
    assertThat(calls.childWrites()).isEmpty();
    assertThat(client.secrets().inNamespace(hand.namespace).withName("daytona-admin").get())
        .isNull();

    secret.getMetadata().setResourceVersion(null);
    secret.getMetadata().setUid(null);
    client.resource(secret).create();
    hand.awaitReady();
  }

  @ParameterizedTest
  @CsvSource({"Service, daytona-proxy", "PersistentVolumeClaim, daytona-database"})
  void an_owned_label_that_was_removed_comes_back(String kind, String name) {
    edit(
        find(kind, name),
        "{\"metadata\":{\"labels\":{\"daytona-operator.dev/installation\":null}}}");
    Awaitility.await("the label is back")
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                find(kind, name)
                    .getMetadata()
                    .getLabels()
                    .containsKey("daytona-operator.dev/installation"));
    calls.awaitQuiet();
    assertThat(calls.childWrites()).hasSize(1);
    hand.awaitReady();
  }

  private void awaitRemade(String kind, String name, String formerUid) {
    Awaitility.await(kind + " " + name + " is made again")
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> !find(kind, name).getMetadata().getUid().equals(formerUid));
    calls.awaitQuiet();
  }

  private HasMetadata find(String kind, String name) {
    var type =
        Arrays.stream(ManagedKind.values())
            .filter(k -> k.kind().equals(kind))
            .findFirst()
            .orElseThrow()
            .type();
    return client.resources(type).inNamespace(hand.namespace).withName(name).get();
  }

  private HasMetadata edit(HasMetadata object, String patch) {
    return client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }
}
