package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ready means: all pods are, they are of the newest template, and no old one is left. */
class ComponentObserverTest {

  private static final List<HasMetadata> WANTED =
      PlatformInputs.render(PlatformInputs.of("proxy: {replicas: 2}"));

  private final Map<ObjectKey, HasMetadata> live = new HashMap<>();
  private Optional<String> events = Optional.empty();
  private boolean lasts;

  /** Lasts as long, and has heard what, the test says. */
  private final ComponentObserver.Patience patience =
      new ComponentObserver.Patience() {
        @Override
        public boolean lasts(String what) {
          return lasts;
        }

        @Override
        public Optional<String> refusal(HasMetadata workload) {
          return events;
        }
      };

  private static <T extends HasMetadata> T wanted(Class<T> type, String name) {
    return WANTED.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(o -> o.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void exists(HasMetadata object) {
    live.put(new ObjectKey(object.getKind(), "ns", object.getMetadata().getName()), object);
  }

  /** The proxy's Deployment as its controller last reported it, at generation 4. */
  private void proxy(String status) {
    exists(
        new DeploymentBuilder(wanted(Deployment.class, "dev-proxy"))
            .editMetadata()
            .withGeneration(4L)
            .endMetadata()
            .withStatus(
                Serialization.unmarshal(
                        "kind: Deployment\napiVersion: apps/v1\nstatus: " + status,
                        Deployment.class)
                    .getStatus())
            .build());
  }

  private void set(String name, String status) {
    exists(
        new StatefulSetBuilder(wanted(StatefulSet.class, name))
            .editMetadata()
            .withGeneration(4L)
            .endMetadata()
            .withStatus(
                Serialization.unmarshal(
                        "kind: StatefulSet\napiVersion: apps/v1\nstatus: " + status,
                        StatefulSet.class)
                    .getStatus())
            .build());
  }

  private static Pod pod(ComponentName component, String name, String status) {
    var pod = Serialization.unmarshal("kind: Pod\napiVersion: v1\nstatus: " + status, Pod.class);
    return new PodBuilder(pod)
        .withNewMetadata()
        .withName(name)
        .withLabels(Map.of(Labels.COMPONENT, component.id()))
        .endMetadata()
        .build();
  }

  private ComponentState observe(ComponentName name, boolean running, Pod... pods) {
    return observe(WANTED, name, running, pods);
  }

  private ComponentState observe(
      List<HasMetadata> wanted, ComponentName name, boolean running, Pod... pods) {
    var observed =
        new Observed() {
          @Override
          public Optional<HasMetadata> find(ObjectKey key) {
            return Optional.ofNullable(live.get(key));
          }

          @Override
          public Collection<HasMetadata> labelled(String namespace, String installation) {
            return live.values();
          }

          @Override
          public Collection<HasMetadata> ownedBy(String uid) {
            return live.values();
          }
        };
    return new ComponentObserver(observed, patience)
        .observe("ns", wanted, List.of(pods), running).stream()
            .filter(c -> c.name() == name)
            .findFirst()
            .orElseThrow();
  }

  private ComponentState proxyWith(Pod... pods) {
    return observe(ComponentName.PROXY, true, pods);
  }

  @Test
  void what_does_not_exist_yet_waits_for_what_it_needs() {
    assertThat(proxyWith())
        .isEqualTo(
            new ComponentState(
                ComponentName.PROXY,
                2,
                0,
                "",
                Reason.WaitingForDependency,
                "created when what it needs is ready"));
  }

  @Test
  void all_pods_ready_and_new_is_ready() {
    proxy("{observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2}");
    var state = proxyWith();
    assertThat(state.reason()).isEqualTo(Reason.Ready);
    assertThat(state.available()).isEqualTo(2);
    assertThat(state.image()).contains("proxy");
  }

  @Test
  void a_report_about_an_older_template_is_not_ready() {
    proxy("{observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2}");
    assertThat(proxyWith().reason()).isEqualTo(Reason.Progressing);
  }

  @Test
  void an_old_pod_beside_the_new_ones_is_not_ready() {
    proxy("{observedGeneration: 4, replicas: 3, updatedReplicas: 2, readyReplicas: 3}");
    assertThat(proxyWith().reason()).isEqualTo(Reason.Progressing);
  }

  @Test
  void old_pods_that_are_ready_do_not_count() {
    proxy("{observedGeneration: 4, replicas: 2, updatedReplicas: 1, readyReplicas: 2}");
    var state = proxyWith();
    assertThat(state.reason()).isEqualTo(Reason.Progressing);
    assertThat(state.available()).isEqualTo(1);
    assertThat(state.message()).isEqualTo("1 of 2 pods are ready");
  }

  @Test
  void no_report_at_all_is_not_ready() {
    exists(wanted(Deployment.class, "dev-proxy"));
    assertThat(proxyWith().reason()).isEqualTo(Reason.Progressing);
  }

  @Test
  void a_data_store_is_ready_when_its_pod_is_of_the_newest_revision() {
    set(
        "dev-database",
        "{observedGeneration: 4, replicas: 1, readyReplicas: 1, updatedReplicas: 1,"
            + " currentRevision: a, updateRevision: a}");
    assertThat(observe(ComponentName.DATABASE, true).ready()).isTrue();
    set(
        "dev-database",
        "{observedGeneration: 4, replicas: 1, readyReplicas: 1, currentRevision: a, updateRevision:"
            + " b}");
    assertThat(observe(ComponentName.DATABASE, true).ready()).isFalse();
  }

  @Test
  void what_is_scaled_to_none_is_stopped_when_its_last_pod_is_gone() {
    var stopped = PlatformInputs.render(PlatformInputs.of("mode: Stopped"));
    proxy("{observedGeneration: 4, replicas: 1, updatedReplicas: 1, readyReplicas: 0}");
    assertThat(observe(stopped, ComponentName.PROXY, false).reason()).isEqualTo(Reason.Progressing);

    proxy("{observedGeneration: 4}");
    assertThat(observe(stopped, ComponentName.PROXY, false))
        .returns(Reason.Stopped, ComponentState::reason)
        .returns(0, ComponentState::desired);
  }

  @Test
  void the_reason_is_the_pods_own() {
    proxy("{observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 1}");

    assertThat(
            proxyWith(
                pod(
                    ComponentName.PROXY,
                    "dev-proxy-1",
                    "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason:"
                        + " Unschedulable, message: 0/3 nodes are available}]}")))
        .returns(Reason.Unschedulable, ComponentState::reason)
        .returns("pod dev-proxy-1: 0/3 nodes are available", ComponentState::message);
    assertThat(proxyWith(waiting("ImagePullBackOff")))
        .returns(Reason.ImageUnavailable, ComponentState::reason)
        .returns(
            "cannot pull some/image:1; set spec.components[name=proxy].image or spec.images",
            ComponentState::message);
    assertThat(proxyWith(waiting("CrashLoopBackOff")).reason()).isEqualTo(Reason.CrashLooping);
    assertThat(proxyWith(waiting("CreateContainerConfigError")).reason())
        .isEqualTo(Reason.PodFailed);
    assertThat(proxyWith(waiting("ContainerCreating")).reason()).isEqualTo(Reason.Progressing);
    assertThat(
            proxyWith(pod(ComponentName.PROXY, "dev-proxy-1", "{phase: Failed, reason: Evicted}")))
        .returns(Reason.PodFailed, ComponentState::reason)
        .returns("pod dev-proxy-1 failed: Evicted", ComponentState::message);
  }

  private static Pod waiting(String reason) {
    return pod(
        ComponentName.PROXY,
        "dev-proxy-1",
        "{phase: Pending, containerStatuses: [{name: proxy, image: 'some/image:1', state: {waiting:"
            + " {reason: "
            + reason
            + ", message: why}}}]}");
  }

  @Test
  void another_components_pod_is_no_reason() {
    proxy("{observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 1}");
    var other = new PodBuilder(waiting("CrashLoopBackOff")).build();
    other.getMetadata().setLabels(Map.of(Labels.COMPONENT, "api"));

    assertThat(proxyWith(other).reason()).isEqualTo(Reason.Progressing);
  }

  /** The database's StatefulSet without a pod. */
  private ComponentState databaseWithout(Pod... pods) {
    set("dev-database", "{observedGeneration: 4, replicas: 0}");
    return observe(ComponentName.DATABASE, true, pods);
  }

  @Test
  void a_workload_whose_pods_are_refused_says_by_whom() {
    assertThat(databaseWithout().reason()).isEqualTo(Reason.Progressing);

    events = Optional.of("pods \"dev-database-0\" is forbidden: exceeded quota: small");
    var refused = databaseWithout();
    assertThat(refused.reason()).isEqualTo(Reason.QuotaExceeded);
    assertThat(refused.message()).startsWith("no pod can be made: pods \"dev-database-0\"");

    events = Optional.of("pods is forbidden: maximum memory usage per Container is 128Mi");
    assertThat(databaseWithout().reason()).isEqualTo(Reason.QuotaExceeded);

    events = Optional.of("violates PodSecurity \"restricted:latest\"");
    assertThat(databaseWithout().reason()).isEqualTo(Reason.PodFailed);
  }

  @Test
  void a_deployment_says_itself_that_its_pods_are_refused() {
    proxy(
        "{observedGeneration: 4, conditions: [{type: ReplicaFailure, status: 'True',"
            + " message: 'exceeded quota: small'}]}");

    assertThat(proxyWith().reason()).isEqualTo(Reason.QuotaExceeded);
  }

  private static Pod waitingForVolume(String status) {
    return new PodBuilder(pod(ComponentName.DATABASE, "dev-database-0", status))
        .editMetadata()
        .withNamespace("ns")
        .endMetadata()
        .withNewSpec()
        .addNewVolume()
        .withName("data")
        .withNewPersistentVolumeClaim("dev-database", false)
        .endVolume()
        .endSpec()
        .build();
  }

  private void claim(String storageClass, String phase) {
    exists(
        Serialization.unmarshal(
            """
            kind: PersistentVolumeClaim
            apiVersion: v1
            metadata: {name: dev-database, namespace: ns}
            spec: {storageClassName: %s}
            status: {phase: %s}
            """
                .formatted(storageClass, phase),
            PersistentVolumeClaim.class));
  }

  private static String unschedulable(String message) {
    return "{phase: Pending, conditions: [{type: PodScheduled, status: 'False',"
        + " reason: Unschedulable, message: '"
        + message
        + "'}]}";
  }

  @Test
  void a_claim_without_storage_is_named_with_its_class() {
    var waiting =
        waitingForVolume(
            unschedulable("pod has unbound immediate PersistentVolumeClaims. not found"));
    claim("fast", "Pending");
    var unbound = databaseWithout(waiting);
    assertThat(unbound.reason()).isEqualTo(Reason.StorageNotBound);
    assertThat(unbound.message()).contains("dev-database is not bound", "'fast'", "immediate");

    claim("null", "Pending");
    assertThat(databaseWithout(waiting).message()).contains("there is no default StorageClass");

    claim("fast", "Bound");
    assertThat(databaseWithout(waiting).reason()).isEqualTo(Reason.Unschedulable);
  }

  @Test
  void a_claim_that_waits_with_its_pod_for_a_node_is_not_at_fault() {
    claim("fast", "Pending");

    var noNode = waitingForVolume(unschedulable("0/3 nodes: Insufficient memory"));
    assertThat(databaseWithout(noNode).reason()).isEqualTo(Reason.Unschedulable);
  }

  @Test
  void a_claim_that_stays_pending_without_a_word_is_named_after_a_while() {
    claim("fast", "Pending");
    var silent = waitingForVolume("{phase: Pending}");

    assertThat(databaseWithout(silent).reason()).isEqualTo(Reason.Progressing);
    lasts = true;
    assertThat(databaseWithout(silent).reason()).isEqualTo(Reason.StorageNotBound);
  }
}
