package dev.daytonaoperator.operator.apply;

import static dev.daytonaoperator.operator.apply.Wanted.claim;
import static dev.daytonaoperator.operator.apply.Wanted.deployment;
import static dev.daytonaoperator.operator.apply.Wanted.headless;
import static dev.daytonaoperator.operator.apply.Wanted.service;
import static dev.daytonaoperator.operator.apply.Wanted.statefulSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fields that never change: a new object where nothing is lost by it, else a refusal. */
@OnControlPlane
class ImmutablesIT {

  private EngineScene scene;

  /** Of this test alone: a class and a volume know no namespace. */
  private String expandable;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    scene = new EngineScene(controlPlane, admin, in.name());
    expandable = scene.namespace + "-" + scene.name;
  }

  @AfterEach
  void end() {
    scene.hand.persistentVolumes().withName(expandable).delete();
    scene.hand.storage().v1().storageClasses().withName(expandable).delete();
    scene.close();
  }

  /** Passes until nothing is left to do. */
  private void settle(HasMetadata wanted) {
    Awaitility.await("settled")
        .atMost(Duration.ofSeconds(60))
        .until(() -> scene.pass(wanted).settled());
  }

  @Test
  void a_deployment_with_another_selector_is_made_anew() {
    scene.installed(deployment(scene.name, Map.of("app", "a"), 0));
    var wanted = deployment(scene.name, Map.of("app", "b"), 0);
    var old = scene.live(wanted).getMetadata().getUid();

    var result = scene.pass(wanted);

    assertThat(result.rejected()).isEmpty();
    assertThat(result.settled()).isFalse();
    settle(wanted);
    assertThat(scene.live(wanted).getMetadata().getUid()).isNotEqualTo(old);
    assertThat(scene.writes())
        .containsExactly(
            "patch deployments " + scene.name + " 422",
            "delete deployments " + scene.name + " 200",
            "patch deployments " + scene.name + " 201");
  }

  @Test
  void an_object_that_was_deleted_for_this_is_not_written_before_its_end_is_seen() {
    scene.installed(deployment(scene.name, Map.of("app", "a"), 0));
    var wanted = deployment(scene.name, Map.of("app", "b"), 0);
    scene.pass(wanted);
    scene.calls();

    assertThat(scene.blindPass(wanted).dying()).hasSize(1);

    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void an_object_that_has_changed_since_it_was_seen_is_deleted_at_the_next_look() {
    scene.installed(deployment(scene.name, Map.of("app", "a"), 0));
    var wanted = deployment(scene.name, Map.of("app", "b"), 0);
    scene.informed.catchUp();
    scene
        .hand
        .resource(scene.live(wanted))
        .edit(
            d -> {
              d.getMetadata().getLabels().put("team", "theirs");
              return d;
            });

    assertThat(scene.blindPass(wanted).faults()).hasSize(1);

    settle(wanted);
    assertThat(scene.live(wanted).getSpec().getSelector().getMatchLabels())
        .containsEntry("app", "b");
  }

  @Test
  void a_service_that_becomes_headless_is_made_anew() {
    scene.installed(service(scene.name, 80));

    scene.pass(headless(scene.name, 80));
    settle(headless(scene.name, 80));

    assertThat(scene.live(headless(scene.name, 80)).getSpec().getClusterIP()).isEqualTo("None");
  }

  @Test
  void a_stateful_set_is_made_anew_around_its_running_pods() {
    scene.installed(statefulSet(scene.name, "OrderedReady"));
    Awaitility.await("the pod").atMost(Duration.ofSeconds(60)).until(() -> pod().isPresent());
    var pod = pod().orElseThrow().getMetadata().getUid();

    scene.pass(statefulSet(scene.name, "Parallel"));
    settle(statefulSet(scene.name, "Parallel"));

    var made = scene.live(statefulSet(scene.name, "Parallel"));
    assertThat(made.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
    Awaitility.await("the pod is taken over")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                pod().orElseThrow().getMetadata().getOwnerReferences().stream()
                    .anyMatch(r -> r.getUid().equals(made.getMetadata().getUid())));
    assertThat(pod().orElseThrow().getMetadata().getUid()).isEqualTo(pod);
    assertThat(pod().orElseThrow().getMetadata().getDeletionTimestamp()).isNull();
  }

  private Optional<Pod> pod() {
    return Optional.ofNullable(
        scene.hand.pods().inNamespace(scene.namespace).withName(scene.name + "-0").get());
  }

  @Test
  void a_member_of_others_that_excludes_ours_ends_with_the_object() {
    var wanted = withVolume(statefulSet(scene.name, "Parallel"));
    scene.installed(wanted);
    scene
        .hand
        .resource(scene.live(wanted))
        .edit(
            set -> {
              var volume = set.getSpec().getTemplate().getSpec().getVolumes().getFirst();
              volume.setConfigMap(null);
              volume.setEmptyDir(new EmptyDirVolumeSource());
              return set;
            });

    scene.pass(wanted);
    settle(wanted);

    var volume = scene.live(wanted).getSpec().getTemplate().getSpec().getVolumes().getFirst();
    assertThat(volume.getConfigMap()).isNotNull();
    assertThat(volume.getEmptyDir()).isNull();
    // Its controller may have written a status since it was seen: then the deletion is refused
    // once.
    assertThat(scene.writes())
        .startsWith("patch statefulsets " + scene.name + " 422")
        .endsWith(
            "delete statefulsets " + scene.name + " 200",
            "patch statefulsets " + scene.name + " 201");
  }

  @Test
  void what_the_server_never_took_does_not_end_an_object() {
    var wanted = statefulSet(scene.name, "Parallel");
    scene.installed(wanted);
    var invalid = withVolume(statefulSet(scene.name, "Parallel"));
    invalid
        .getSpec()
        .getTemplate()
        .getSpec()
        .getVolumes()
        .getFirst()
        .setEmptyDir(new EmptyDirVolumeSource());

    assertThat(scene.pass(invalid).rejected()).hasSize(1);

    assertThat(scene.writes()).containsExactly("patch statefulsets " + scene.name + " 422");
  }

  private static StatefulSet withVolume(StatefulSet set) {
    return new StatefulSetBuilder(set)
        .editSpec()
        .editTemplate()
        .editSpec()
        .addNewVolume()
        .withName("data")
        .withNewConfigMap()
        .withName("theirs")
        .withOptional(true)
        .endConfigMap()
        .endVolume()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  @Test
  void a_claim_grows_by_one_write_and_never_shrinks() {
    expandable();
    scene.installed(claim(scene.name, "1Gi", expandable));
    bound();
    settle(claim(scene.name, "1Gi", expandable));
    scene.calls();

    assertThat(scene.pass(claim(scene.name, "2Gi", expandable)).writes()).isEqualTo(1);
    assertThat(size()).isEqualTo(new Quantity("2Gi"));
    settle(claim(scene.name, "2Gi", expandable));
    assertThat(scene.writes())
        .containsExactly("patch persistentvolumeclaims " + scene.name + " 200");

    var smaller = claim(scene.name, "1Gi", expandable);
    assertThat(scene.pass(smaller).rejected()).isEmpty();
    settle(smaller);
    assertThat(size()).isEqualTo(new Quantity("2Gi"));
    scene.calls();
    scene.restarted();
    assertThat(scene.pass(smaller)).isEqualTo(ApplyResult.none());
    assertThat(scene.calls()).isEmpty();
  }

  @Test
  void a_claim_that_a_hand_has_grown_keeps_its_size() {
    expandable();
    var wanted = claim(scene.name, "1Gi", expandable);
    scene.installed(wanted);
    bound();
    scene
        .hand
        .resource(scene.live(wanted))
        .edit(
            c -> {
              c.getSpec().getResources().getRequests().put("storage", new Quantity("3Gi"));
              return c;
            });

    assertThat(scene.pass(wanted).rejected()).isEmpty();
    settle(wanted);

    assertThat(size()).isEqualTo(new Quantity("3Gi"));
    assertThat(scene.writes()).isEmpty();
  }

  @Test
  void a_growth_that_the_storage_class_forbids_is_refused_and_the_claim_stays() {
    scene.installed(claim(scene.name, "1Gi", null));
    bound();
    settle(claim(scene.name, "1Gi", null));

    var result = scene.pass(claim(scene.name, "2Gi", null));

    assertThat(result.rejected()).singleElement().asString().contains("resize");
    assertThat(size()).isEqualTo(new Quantity("1Gi"));
  }

  @Test
  void another_storage_class_is_refused_and_the_claim_stays() {
    expandable();
    scene.installed(claim(scene.name, "1Gi", null));
    var uid = scene.live(claim(scene.name, "1Gi", null)).getMetadata().getUid();

    var result = scene.pass(claim(scene.name, "1Gi", expandable));

    assertThat(result.rejected()).singleElement().asString().contains("immutable");
    assertThat(result.writes()).isZero();
    var live = scene.live(claim(scene.name, "1Gi", null));
    assertThat(live.getMetadata().getUid()).isEqualTo(uid);
    assertThat(live.getMetadata().getDeletionTimestamp()).isNull();
  }

  /** A class that can grow, and a volume of it for this test's claim. */
  private void expandable() {
    scene
        .hand
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName(expandable)
                .endMetadata()
                .withProvisioner("example.org/none")
                .withAllowVolumeExpansion(true)
                .build())
        .serverSideApply();
    scene
        .hand
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(expandable)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(expandable)
                .withCapacity(Map.of("storage", new Quantity("1Gi")))
                .withAccessModes("ReadWriteOnce")
                .withPersistentVolumeReclaimPolicy("Retain")
                .withNewHostPath("/tmp/none", "")
                .withNewClaimRef()
                .withNamespace(scene.namespace)
                .withName(scene.name)
                .endClaimRef()
                .endSpec()
                .build())
        .create();
  }

  private void bound() {
    Awaitility.await("the volume")
        .atMost(Duration.ofSeconds(60))
        .until(() -> "Bound".equals(live().getStatus().getPhase()));
  }

  private Quantity size() {
    return Objects.requireNonNull(live().getSpec().getResources().getRequests().get("storage"));
  }

  private PersistentVolumeClaim live() {
    return scene.live(claim(scene.name, "1Gi", null));
  }
}
