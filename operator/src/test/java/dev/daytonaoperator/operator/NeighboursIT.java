package dev.daytonaoperator.operator;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several installations, and strangers' objects under names that an installation needs. */
@OnControlPlane
class NeighboursIT {

  private final ControlPlane controlPlane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  NeighboursIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.audit = audit;
    this.client = client;
    this.namespaces = namespaces;
    controlPlane.installCrd();
  }

  @Test
  void installations_in_two_namespaces_do_not_disturb_each_other() {
    var one = namespaces.create().name();
    var two = namespaces.create().name();
    try (var operator = RunningOperator.in(controlPlane, one, two)) {
      var first = new InstallationHand(client, one, "daytona");
      var second = new InstallationHand(client, two, "daytona");
      first.apply("{}");
      second.apply("dataRetention: {whenDeleted: Delete}");
      first.awaitReady();
      second.awaitReady();
      assertThat(first.credentials())
          .doesNotContainValue(second.credentials().get("daytona-admin/apiKey"));

      var calls = new OperatorCalls(audit, one);
      second.delete(DeletionPropagation.FOREGROUND);
      second.awaitGone();
      calls.awaitQuiet();
      assertThat(calls.writes()).isEmpty();
      first.awaitReady();
    }
  }

  @Test
  void installations_in_one_namespace_do_not_disturb_each_other() {
    var namespace = namespaces.create().name();
    try (var operator = RunningOperator.in(controlPlane, namespace)) {
      var first = new InstallationHand(client, namespace, "day");
      var second = new InstallationHand(client, namespace, "day-api"); // day's API is day-api too
      first.apply("{}");
      first.awaitReady();
      var before = versions(first);
      second.apply("{}");
      second.awaitReady();
      assertThat(versions(first))
          .as("the second one wrote to none of the first's")
          .isEqualTo(before);
      assertThat(first.ids()).doesNotContainAnyElementsOf(second.ids());

      second.apply("dataRetention: {whenDeleted: Delete}");
      second.await(
          "says Delete", r -> r.getStatus().dataRetention().whenDeleted().name().equals("Delete"));
      second.delete(DeletionPropagation.BACKGROUND);
      second.awaitGone();
      assertThat(versions(first)).isEqualTo(before);
      first.awaitReady();
    }
  }

  /** A pool of the first is called like a component, so that both need the same names. */
  @Test
  void names_that_collide_are_a_conflict_for_the_second_and_nothing_for_the_first() {
    var namespace = namespaces.create().name();
    try (var operator = RunningOperator.in(controlPlane, namespace)) {
      var first = new InstallationHand(client, namespace, "day");
      var second = new InstallationHand(client, namespace, "day-runner");
      first.apply("runners: [{name: dex}]"); // its ConfigMap is day-runner-dex
      first.awaitReady();
      var before = versions(first);

      var calls = new OperatorCalls(audit, namespace);
      second.apply("{}");
      assertThat(second.awaitStalled("NameConflict").getMessage()).contains("day-runner-dex");
      calls.awaitQuiet();
      assertThat(calls.childWrites()).isEmpty();
      assertThat(second.ids()).isEmpty();
      assertThat(versions(first)).isEqualTo(before);
      first.awaitReady();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---\n{apiVersion: v1, kind: Service, metadata: {name: daytona-registry},"
            + " spec: {ports: [{port: 80}]}}",
        "---\n{apiVersion: v1, kind: Secret, metadata: {name: daytona-admin},"
            + " stringData: {theirs: x}}",
        "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: daytona-database},"
            + " spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: daytona-state}, data: {theirs: x}}"
      })
  void a_strangers_object_is_not_touched_and_nothing_is_made_beside_it(String yaml) {
    var namespace = namespaces.create().name();
    var hand = new InstallationHand(client, namespace, "daytona");
    HasMetadata theirs = Serialization.unmarshal(yaml);
    theirs.getMetadata().setNamespace(namespace);
    var stranger = client.resource(theirs).create();
    try (var operator = RunningOperator.in(controlPlane, namespace)) {
      var calls = new OperatorCalls(audit, namespace);
      hand.apply("{}");
      var stalled = hand.awaitStalled("NameConflict");
      assertThat(stalled.getMessage()).contains(theirs.getMetadata().getName());
      calls.awaitQuiet();
      assertThat(calls.childWrites()).isEmpty();
      assertThat(hand.ids()).isEmpty();
      var after = client.resource(stranger).get();
      assertThat(after.getMetadata().getManagedFields())
          .allMatch(field -> !field.getManager().startsWith("daytona-operator"));

      client.resource(stranger).delete();
      hand.awaitReady(); // without a restart
    }
  }

  private static Map<String, String> versions(InstallationHand hand) {
    return hand.objects().stream()
        .filter(object -> !object.getMetadata().getName().endsWith("-state"))
        .collect(
            toMap(
                InstallationHand::id,
                object ->
                    Serialization.asJson(Serialization.clone(object).getMetadata().getLabels())
                        + object.getMetadata().getUid()
                        + object.getMetadata().getAnnotations()));
  }
}
