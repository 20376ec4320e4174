package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deletion under both policies, and coming back. */
@OnControlPlane
class LifecycleIT {

  private static final String DELETE = "dataRetention: {whenDeleted: Delete}";

  private final KubernetesClient client;
  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final RunningOperator operator;

  LifecycleIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.client = client;
    controlPlane.installCrd();
    var namespace = namespaces.create().name();
    hand = new InstallationHand(client, namespace, "daytona");
    calls = new OperatorCalls(audit, namespace);
    operator = RunningOperator.in(controlPlane, namespace);
  }

  @BeforeEach
  void count_from_here() {
    calls.restart();
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void retained_data_are_adopted_by_the_next_resource() {
    hand.apply("{}");
    hand.awaitReady();
    var credentials = hand.credentials();
    var claims = uids("PersistentVolumeClaim");
    var state = hand.state();

    hand.delete(DeletionPropagation.BACKGROUND);
    awaitOnlyKinds(Set.of("PersistentVolumeClaim", "Secret", "ConfigMap"));
    assertThat(uids("PersistentVolumeClaim")).isEqualTo(claims);
    assertThat(hand.credentials()).isEqualTo(credentials);
    assertThat(ids("ConfigMap")).containsExactly("ConfigMap/daytona-state");

    calls.restart();
    hand.apply("{}");
    hand.awaitReady();
    assertThat(hand.credentials()).isEqualTo(credentials);
    assertThat(uids("PersistentVolumeClaim")).isEqualTo(claims);
    assertThat(hand.state()).isEqualTo(state);
    assertThat(calls.childWrites().stream().filter(call -> call.resource().equals("jobs")))
        .as("no second init")
        .isEmpty();
  }

  @Test
  void with_Delete_nothing_is_left() {
    hand.apply(DELETE);
    hand.awaitReady();
    hand.delete(DeletionPropagation.BACKGROUND);
    awaitOnlyKinds(Set.of());
  }

  @Test
  void a_policy_that_status_shows_is_in_force_at_once() {
    hand.apply("{}");
    hand.awaitReady();
    hand.apply(DELETE);
    hand.await("says Delete", r -> policy(r) == DataRetention.Policy.Delete);
    hand.delete(DeletionPropagation.BACKGROUND);
    awaitOnlyKinds(Set.of());
  }

  @Test
  void the_policy_can_be_taken_back_to_Retain() {
    hand.apply(DELETE);
    hand.awaitReady();
    var credentials = hand.credentials();
    hand.apply("dataRetention: {whenDeleted: Retain}");
    hand.await("says Retain", r -> policy(r) == DataRetention.Policy.Retain);
    hand.delete(DeletionPropagation.BACKGROUND);
    awaitOnlyKinds(Set.of("PersistentVolumeClaim", "Secret", "ConfigMap"));
    assertThat(hand.credentials()).isEqualTo(credentials);
  }

  private static DataRetention.Policy policy(DaytonaInstallation resource) {
    return resource.getStatus().dataRetention().whenDeleted();
  }

  @Test
  void deleted_and_applied_within_a_second() {
    hand.apply("{}");
    hand.awaitReady();
    var credentials = hand.credentials();
    var before = hand.get().getMetadata().getUid();
    hand.delete(DeletionPropagation.BACKGROUND);
    hand.apply("{}");
    assertThat(hand.get().getMetadata().getUid()).isNotEqualTo(before);
    hand.awaitReady();
    calls.awaitQuiet();
    hand.awaitReady();
    assertThat(hand.credentials()).isEqualTo(credentials);
    assertThat(hand.objects())
        .as("all belong to the new resource or to nobody")
        .allMatch(
            object ->
                object.getMetadata().getOwnerReferences().stream()
                    .noneMatch(owner -> owner.getUid().equals(before)));
  }

  @Test
  void deleted_with_its_data_and_applied_within_a_second() {
    hand.apply(DELETE);
    hand.awaitReady();
    var credentials = hand.credentials();
    hand.delete(DeletionPropagation.BACKGROUND);
    hand.apply(DELETE);
    hand.await(
        "is Ready",
        r -> {
          provideLostVolumes();
          return InstallationHand.is(r, "Ready", "True");
        });
    calls.awaitQuiet();
    hand.awaitReady();
    assertThat(hand.credentials().keySet()).isEqualTo(credentials.keySet());
    assertThat(hand.credentials().get("daytona-database-credentials/password"))
        .as("a new database has a new password")
        .isNotEqualTo(credentials.get("daytona-database-credentials/password"));
  }

  /**
   * The simulated provisioner now and then loses the volume of a claim that had a predecessor of
   * the same name a moment before. That is not what is tested here.
   */
  private void provideLostVolumes() {
    for (var claim :
        client.persistentVolumeClaims().inNamespace(hand.namespace).list().getItems()) {
      var name = claim.getSpec().getVolumeName();
      if (name == null
          || claim.getMetadata().getDeletionTimestamp() != null
          || client.persistentVolumes().withName(name).get() != null) {
        continue;
      }
      client
          .persistentVolumes()
          .resource(
              new PersistentVolumeBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withNewSpec()
                  .withAccessModes(claim.getSpec().getAccessModes())
                  .withCapacity(claim.getSpec().getResources().getRequests())
                  .withStorageClassName(claim.getSpec().getStorageClassName())
                  .withPersistentVolumeReclaimPolicy("Delete")
                  .withNewHostPath("/tmp/" + name, "DirectoryOrCreate")
                  .withNewClaimRef()
                  .withApiVersion("v1")
                  .withKind("PersistentVolumeClaim")
                  .withNamespace(hand.namespace)
                  .withName(claim.getMetadata().getName())
                  .withUid(claim.getMetadata().getUid())
                  .endClaimRef()
                  .endSpec()
                  .build())
          .create();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DeletionPropagation.class,
      names = {"FOREGROUND", "BACKGROUND"})
  void nothing_is_written_after_the_deletion_began(DeletionPropagation propagation) {
    hand.apply(DELETE);
    hand.awaitReady();
    calls.awaitQuiet();
    calls.restart();
    hand.delete(propagation);
    awaitOnlyKinds(Set.of());
    assertThat(hand.find()).isEmpty();
    assertThat(calls.childWrites()).isEmpty();
  }

  /** Waits until only objects of these kinds are left, Jobs' pods and all else gone. */
  private void awaitOnlyKinds(Set<String> kinds) {
    Awaitility.await("only " + kinds + " are left")
        .atMost(60, SECONDS)
        .until(
            () ->
                hand.find().isEmpty()
                    && kinds.equals(
                        hand.objects().stream().map(HasMetadata::getKind).collect(toSet())));
  }

  private Set<String> ids(String kind) {
    return hand.ids().stream().filter(id -> id.startsWith(kind + "/")).collect(toSet());
  }

  private Map<String, String> uids(String kind) {
    return hand.objects().stream()
        .filter(object -> object.getKind().equals(kind))
        .collect(
            Collectors.toMap(
                object -> object.getMetadata().getName(), object -> object.getMetadata().getUid()));
  }
}
