package dev.daytonaoperator.operator.chart;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ManagedKind;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.AuditLog.Call;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator under its shipped ServiceAccount: nothing is refused, nothing is granted in vain.
 */
@OnControlPlane
class ShippedRightsIT {

  private static final String NAME = "operator-daytona-operator";
  private static final String MINIMAL = "spec: {}";

  /** Something of every kind. */
  private static final String EVERYTHING =
      """
      spec:
        dataRetention: {whenDeleted: Delete, whenScaled: Delete}
        runners: [{name: default, replicas: 2}]
        sshGateway: {replicas: 2}
        database: {bundled: {passwordSecretRef: {name: mine, key: password}}}
        registry: {bundled: {garbageCollection: {schedule: "@weekly"}}}
        exposure: {type: Ingress, domain: daytona.example.org, ingress: {className: nginx}, tls: {type: SelfSigned}}
      """;

  /** Less of every kind. */
  private static final String LESS =
      """
      spec:
        dataRetention: {whenDeleted: Retain, whenScaled: Delete}
        database: {bundled: {passwordSecretRef: {name: mine, key: password}}}
        cache: {type: External, external: {host: redis.example.org}}
        tracing: {type: Disabled}
        mail: {type: Disabled}
        sshGateway: {type: Disabled}
        tools: {pgadmin: {type: Disabled}, registryUi: {type: Disabled}}
        network: {policies: {type: Disabled}}
      """;

  /** Granted and not seen here, with the reason. */
  private static final Map<String, String> NOT_SEEN =
      Map.of(
          "events list",
          "asked for pods that are refused; all are taken here, and ReasonsIT has others",
          "daytona-operator.dev/daytonainstallations/finalizers update",
          "asked for by the admission plugin OwnerReferencesPermissionEnforcement, not by a call",
          "batch/jobs delete",
          "removes old attempts of a step that fails again and again; none fails here");

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final AuditLog audit;
  private final Chart chart;

  ShippedRightsIT(
      ControlPlane controlPlane, KubernetesClient client, Namespaces namespaces, AuditLog audit) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.namespaces = namespaces;
    this.audit = audit;
    this.chart = new Chart(controlPlane, client);
  }

  @BeforeAll
  static void the_crd_is_installed(ControlPlane controlPlane) {
    controlPlane.installCrd();
  }

  @Test
  void each_right_in_a_served_namespace_is_needed(@TempDir Path directory) throws IOException {
    var own = namespaces.create().name();
    var served = namespaces.create().name();
    var taken = namespaces.create().name();
    var locked = namespaces.create().name();
    var mark = audit.mark();
    var watched = "watchNamespaces={%s,%s,%s}".formatted(served, taken, locked);
    try (var pod = LocalPod.start(controlPlane, release(own, watched), directory)) {
      assertThat(pod.status("/healthz")).isEqualTo(200);
      assertThat(pod.status("/metrics")).isEqualTo(200);
      secret(served);
      apply(served, EVERYTHING);
      await(served, "Ready");
      // Names that others hold are read one by one, for as long as they do.
      stranger(served, locked, ManagedKind.SECRET);
      for (var kind : ManagedKind.values()) {
        if (kind != ManagedKind.JOB && kind != ManagedKind.SECRET) {
          stranger(served, taken, kind);
        }
      }
      for (var namespace : List.of(taken, locked)) {
        secret(namespace);
        apply(namespace, EVERYTHING);
        await(namespace, "Stalled");
        controlPlane
            .kubectl("annotate", "-n", namespace, "daytona/daytona", "look=again")
            .orThrow();
      }
      apply(served, LESS);
      await(served, "Ready");
      Awaitility.await("the volume of the runner that left is gone")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  client
                          .persistentVolumeClaims()
                          .inNamespace(served)
                          .withName("daytona-runner-default-1")
                          .get()
                      == null);
    }
    var granted = Right.granted(RbacRules.perNamespace());
    granted.addAll(Right.granted(RbacRules.clusterFacts()));
    assertUsed(() -> callsOf(own, mark), granted, NOT_SEEN.keySet());
  }

  @Test
  void each_right_to_the_lease_is_needed(@TempDir Path directory) throws IOException {
    var own = namespaces.create().name();
    var mark = audit.mark();
    try (var pod = LocalPod.start(controlPlane, release(own, "replicas=2"), directory)) {
      apply(own, MINIMAL);
      await(own, "Ready");
      assertThat(pod.terminate(Duration.ofSeconds(30))).as("ended by SIGTERM").isEqualTo(128 + 15);
    }
    assertThat(refused(callsOf(own, mark))).isEmpty();
    assertUsed(
        () -> callsOf(own, mark).stream().filter(c -> c.resource().equals("leases")).toList(),
        Right.granted(RbacRules.leaderElection()),
        Set.of());
  }

  private static List<Call> refused(List<Call> calls) {
    return calls.stream().filter(call -> call.code() == 403).toList();
  }

  private static void assertUsed(
      Supplier<List<Call>> calls, TreeSet<Right> granted, Set<String> notSeen) {
    // A watch is recorded when it has ended.
    Awaitility.await("the use of what is granted")
        .atMost(30, SECONDS)
        .pollInterval(1, SECONDS)
        .untilAsserted(
            () -> {
              var idle = new TreeSet<>(granted);
              calls.get().stream().flatMap(Right::neededBy).forEach(idle::remove);
              assertThat(idle)
                  .extracting(Right::toString)
                  .containsExactlyInAnyOrderElementsOf(notSeen);
            });
    assertThat(refused(calls.get())).isEmpty();
    System.out.println("granted, less used: " + notSeen);
  }

  /** The chart, installed: its objects are real, its pods simulated. */
  private Deployment release(String namespace, String... more) {
    var values = new ArrayList<>(List.of("crds.install=false", "operator.platformChecks=false"));
    values.addAll(List.of(more));
    chart.install(Chart.RELEASE, namespace, values.toArray(String[]::new)).orThrow();
    return client.apps().deployments().inNamespace(namespace).withName(NAME).get();
  }

  private List<Call> callsOf(String namespace, AuditLog.Mark mark) {
    var user = "system:serviceaccount:" + namespace + ":" + NAME;
    return audit.since(mark, call -> call.user().equals(user) && !call.resource().isEmpty());
  }

  private void apply(String namespace, String spec) throws IOException {
    var file = Files.createTempFile("installation", ".yaml");
    try {
      Files.writeString(
          file,
          """
          apiVersion: daytona-operator.dev/v1alpha1
          kind: DaytonaInstallation
          metadata: {name: daytona}
          """
              + spec);
      controlPlane
          .kubectl("apply", "--server-side", "-n", namespace, "-f", file.toString())
          .orThrow();
    } finally {
      Files.delete(file);
    }
  }

  /** Waits for a condition of the newest spec. */
  private void await(String namespace, String condition) {
    var generation =
        client
            .resources(DaytonaInstallation.class)
            .inNamespace(namespace)
            .withName("daytona")
            .get()
            .getMetadata()
            .getGeneration();
    for (var fact :
        List.of("jsonpath={.status.observedGeneration}=" + generation, "condition=" + condition)) {
      controlPlane
          .kubectl("wait", "-n", namespace, "--for=" + fact, "--timeout=120s", "daytona/daytona")
          .orThrow();
    }
  }

  private void secret(String namespace) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("mine")
                .withNamespace(namespace)
                .endMetadata()
                .addToStringData("password", UUID.randomUUID().toString())
                .build())
        .create();
  }

  /** Makes somebody else's object in {@code to}, with a name that is in use here. */
  private void stranger(String from, String to, ManagedKind kind) {
    client.resource(stranger(oneOf(from, kind), to)).create();
  }

  private HasMetadata oneOf(String namespace, ManagedKind kind) {
    return new ArrayList<HasMetadata>(
            client
                .resources(kind.type())
                .inNamespace(namespace)
                .withLabel(Labels.INSTALLATION, "daytona")
                .list()
                .getItems())
        .getFirst();
  }

  private static HasMetadata stranger(HasMetadata like, String namespace) {
    HasMetadata object = Serialization.clone(like);
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(like.getMetadata().getName())
            .withNamespace(namespace)
            .build());
    switch (object) {
      case Service service -> {
        service.getSpec().setClusterIP(null);
        service.getSpec().setClusterIPs(null);
      }
      case PersistentVolumeClaim claim -> claim.getSpec().setVolumeName(null);
      case StatefulSet set -> set.getSpec().setReplicas(0);
      case Deployment other -> other.getSpec().setReplicas(0);
      case Secret secret -> secret.setData(Map.of());
      default -> {}
    }
    return object;
  }
}
