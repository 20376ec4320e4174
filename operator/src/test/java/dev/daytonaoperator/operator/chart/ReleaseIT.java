package dev.daytonaoperator.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.testing.CommandLine;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Releases on a real API server. The operator's pods are simulated there: nothing reconciles. */
@OnControlPlane
class ReleaseIT {

  private static final String NAME = "operator-daytona-operator";
  private static final Pattern RESOURCE_IN_NOTES =
      Pattern.compile("<<EOF\\n(.*?)\\n\\s*EOF", Pattern.DOTALL);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final Chart chart;

  ReleaseIT(ControlPlane controlPlane, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.namespaces = namespaces;
    this.chart = new Chart(controlPlane, client);
  }

  @Test
  void installations_outlive_the_release() throws IOException {
    var namespace = namespaces.create().name();
    var notes = chart.install(Chart.RELEASE, namespace).orThrow().output();
    applyResourceOf(notes, namespace);
    var uid = installation(namespace).getMetadata().getUid();

    chart.upgrade(Chart.RELEASE, namespace, "operator.logLevel=debug").orThrow();
    var deployment = client.apps().deployments().inNamespace(namespace).withName(NAME);
    assertThat(deployment.get().getSpec().getTemplate().getSpec().getContainers())
        .flatExtracting(container -> container.getEnv())
        .anyMatch(
            variable ->
                variable.getName().equals("DAYTONA_OPERATOR_LOG_LEVEL")
                    && variable.getValue().equals("DEBUG"));
    assertThat(installation(namespace).getMetadata().getUid()).isEqualTo(uid);

    chart.uninstall(Chart.RELEASE, namespace).orThrow();
    assertThat(deployment.get()).isNull();
    assertThat(client.rbac().roles().inNamespace(namespace).list().getItems()).isEmpty();
    assertThat(client.rbac().clusterRoles().withName(namespace + "-" + NAME + "-facts").get())
        .isNull();
    assertThat(installation(namespace).getMetadata().getUid()).as("kept").isEqualTo(uid);
    assertThat(installation(namespace).getMetadata().getDeletionTimestamp()).isNull();

    chart.install(Chart.RELEASE, namespace).orThrow();
    assertThat(installation(namespace).getMetadata().getUid()).as("kept").isEqualTo(uid);
    chart.uninstall(Chart.RELEASE, namespace).orThrow();
  }

  @Test
  void notes_say_what_the_operator_may_do() {
    var namespace = namespaces.create().name();
    assertThat(dryRun(namespace).output()).contains("DaytonaInstallations in: " + namespace + ".");
    assertThat(dryRun(namespace, "watchNamespaces={team-a,team-b}").output())
        .contains("DaytonaInstallations in: team-a, team-b.", "kubectl apply -n team-a");
    assertThat(dryRun(namespace, "scope=Cluster").output())
        .contains("all namespaces", "may list, read and change Secrets in all of them");
    assertThat(dryRun(namespace, "rbac.create=false").output()).contains("rbac.create is false");
  }

  @Test
  void the_operator_runs_where_pod_security_is_restricted() {
    var namespace = namespaces.enforcing("restricted").name();
    // Helm waits until the pods, which the API server must have admitted, are ready.
    chart.install(Chart.RELEASE, namespace, "crds.install=false", "replicas=2").orThrow();
    assertThat(client.pods().inNamespace(namespace).list().getItems()).hasSize(2);
    chart.uninstall(Chart.RELEASE, namespace).orThrow();
  }

  @Test
  void one_cluster_has_room_for_several_releases() {
    var here = namespaces.create().name();
    var there = namespaces.create().name();
    var served = namespaces.create().name();
    var shared = "watchNamespaces={" + served + "}";
    chart.install(Chart.RELEASE, here, "crds.install=false", shared).orThrow();
    chart.install(Chart.RELEASE, there, "crds.install=false", shared).orThrow();
    assertThat(client.rbac().roles().inNamespace(served).list().getItems()).hasSize(2);
    chart.uninstall(Chart.RELEASE, here).orThrow();
    assertThat(client.rbac().roles().inNamespace(served).list().getItems())
        .extracting(role -> role.getMetadata().getName())
        .containsExactly(there + "-" + NAME);
    chart.uninstall(Chart.RELEASE, there).orThrow();
  }

  @Test
  void it_installs_without_helm() throws IOException {
    var namespace = namespaces.create().name();
    var manifests = Files.createTempFile("operator", ".yaml");
    try {
      var rendered =
          controlPlane.helm("template", Chart.RELEASE, Chart.FOLDER, "-n", namespace).orThrow();
      Files.writeString(manifests, rendered.output());
      controlPlane
          .kubectl("apply", "--server-side", "--force-conflicts", "-f", manifests.toString())
          .orThrow();
      controlPlane
          .kubectl("rollout", "status", "-n", namespace, "deployment/" + NAME, "--timeout=60s")
          .orThrow();
    } finally {
      Files.delete(manifests);
    }
  }

  private CommandLine.Result dryRun(String namespace, String... values) {
    var command =
        new java.util.ArrayList<>(
            List.of("install", "r", Chart.FOLDER, "-n", namespace, "--dry-run=client"));
    for (var value : values) {
      command.addAll(List.of("--set", value));
    }
    return controlPlane.helm(command.toArray(String[]::new)).orThrow();
  }

  private void applyResourceOf(String notes, String namespace) throws IOException {
    var resource = RESOURCE_IN_NOTES.matcher(notes);
    assertThat(resource.find()).as("a resource in %s", notes).isTrue();
    var file = Files.createTempFile("installation", ".yaml");
    try {
      Files.writeString(file, resource.group(1).stripIndent());
      controlPlane.kubectl("apply", "-n", namespace, "-f", file.toString()).orThrow();
    } finally {
      Files.delete(file);
    }
  }

  private DaytonaInstallation installation(String namespace) {
    return client
        .resources(DaytonaInstallation.class)
        .inNamespace(namespace)
        .withName("daytona")
        .get();
  }
}
