package dev.daytonaoperator.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daytonaoperator.operator.chart.Chart.Rendered;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes of values. */
@OnControlPlane
class ChartIT {

  private static final String CRD = "daytonainstallations.daytona-operator.dev";

  private final ControlPlane controlPlane;
  private final Chart chart;

  ChartIT(ControlPlane controlPlane, KubernetesClient client) {
    this.controlPlane = controlPlane;
    this.chart = new Chart(controlPlane, client);
  }

  @Test
  void lint_finds_nothing() {
    assertThat(controlPlane.helm("lint", "--strict", Chart.FOLDER).orThrow().output())
        .contains("1 chart(s) linted, 0 chart(s) failed")
        .doesNotContain("[WARNING]", "[ERROR]");
  }

  @Test
  void by_default_it_serves_its_own_namespace_with_a_role() {
    var release = chart.template();
    assertThat(release.ids())
        .containsExactly(
            "ClusterRole operators-operator-daytona-operator-facts",
            "ClusterRoleBinding operators-operator-daytona-operator-facts",
            "CustomResourceDefinition " + CRD,
            "Deployment operators/operator-daytona-operator",
            "Role operators/operators-operator-daytona-operator",
            "RoleBinding operators/operators-operator-daytona-operator",
            "Service operators/operator-daytona-operator-metrics",
            "ServiceAccount operators/operator-daytona-operator");
    assertThat(resources(release.one(ClusterRole.class).getRules()))
        .containsExactly("storageclasses");
  }

  @Test
  void listed_namespaces_get_a_role_each() {
    var release = chart.template("watchNamespaces={team-a,team-b}", "rbac.clusterFacts=false");
    assertThat(release.all(Role.class))
        .extracting(role -> role.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("team-a", "team-b");
    assertThat(release.all(RoleBinding.class))
        .extracting(binding -> binding.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("team-a", "team-b");
    assertThat(release.all(RoleBinding.class))
        .flatExtracting(RoleBinding::getSubjects)
        .allMatch(
            subject ->
                subject.getNamespace().equals(Chart.NAMESPACE)
                    && subject.getName().equals("operator-daytona-operator"));
    assertThat(release.all(ClusterRole.class)).isEmpty();
    assertThat(release.all(ClusterRoleBinding.class)).isEmpty();
  }

  @Test
  void the_cluster_is_served_by_cluster_roles() {
    var release = chart.template("scope=Cluster");
    assertThat(release.all(Role.class)).isEmpty();
    assertThat(release.all(RoleBinding.class)).isEmpty();
    assertThat(release.all(ClusterRole.class))
        .filteredOn(role -> resources(role.getRules()).contains("secrets"))
        .hasSize(1);
    assertThat(release.all(ClusterRoleBinding.class)).hasSize(2);
  }

  @Test
  void rights_are_the_same_in_every_scope() throws IOException {
    var generated =
        Serialization.unmarshal(
            Files.readString(file("helm/daytona-operator/rbac/rules.yaml")), PolicyRule[].class);
    assertThat(chart.template().one(Role.class).getRules()).containsExactly(generated);
    assertThat(chart.template("scope=Cluster").all(ClusterRole.class))
        .anySatisfy(role -> assertThat(role.getRules()).containsExactly(generated));
  }

  @Test
  void only_several_replicas_elect_a_leader() {
    var one = chart.template();
    assertThat(one.all(PodDisruptionBudget.class)).isEmpty();
    assertThat(one.one(Deployment.class).getSpec().getStrategy().getType()).isEqualTo("Recreate");
    assertThat(one.all(Role.class))
        .noneMatch(role -> resources(role.getRules()).contains("leases"));

    var two = chart.template("replicas=2");
    assertThat(two.one(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
        .isEqualTo(1);
    assertThat(two.one(Deployment.class).getSpec().getStrategy().getType())
        .isEqualTo("RollingUpdate");
    assertThat(two.all(Role.class))
        .filteredOn(role -> resources(role.getRules()).contains("leases"))
        .singleElement()
        .satisfies(
            role -> assertThat(role.getMetadata().getNamespace()).isEqualTo(Chart.NAMESPACE));
  }

  @Test
  void the_crd_is_the_generated_one_and_stays_on_uninstall() throws IOException {
    var generated =
        Serialization.unmarshal(
            Files.readString(file("crds/" + CRD + ".yaml")), CustomResourceDefinition.class);
    var shipped = chart.template().one(CustomResourceDefinition.class);
    assertThat(shipped.getMetadata().getAnnotations())
        .isEqualTo(Map.of("helm.sh/resource-policy", "keep"));
    shipped.getMetadata().setAnnotations(generated.getMetadata().getAnnotations());
    assertThat(shipped).isEqualTo(generated);
    assertThat(chart.template("crds.install=false").all(CustomResourceDefinition.class)).isEmpty();
  }

  @Test
  void rights_can_be_granted_by_somebody_else() {
    assertThat(chart.template("rbac.create=false", "replicas=2", "scope=Cluster").ids())
        .noneMatch(id -> id.contains("Role"));
    var release = chart.template("serviceAccount.create=false", "serviceAccount.name=theirs");
    assertThat(release.ids()).noneMatch(id -> id.startsWith("ServiceAccount"));
    assertThat(release.one(RoleBinding.class).getSubjects().getFirst().getName())
        .isEqualTo("theirs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scope=Namespaces", "scope=Cluster"})
  void nothing_is_granted_by_wildcard(String scope) {
    var release = chart.template(scope, "replicas=2");
    var rules =
        Stream.concat(
                release.all(Role.class).stream().flatMap(role -> role.getRules().stream()),
                release.all(ClusterRole.class).stream().flatMap(role -> role.getRules().stream()))
            .toList();
    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.getApiGroups()).doesNotContain("*");
              assertThat(rule.getResources()).doesNotContain("*");
              assertThat(rule.getVerbs()).doesNotContain("*");
            });
  }

  @Test
  void selectors_match_the_pods_whatever_labels_are_added() {
    var release =
        chart.template(
            "replicas=2",
            "networkPolicy.enabled=true",
            "metrics.serviceMonitor.enabled=true",
            "podLabels.app\\.kubernetes\\.io/name=other",
            "podLabels.team=platform");
    var deployment = release.one(Deployment.class);
    var labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    assertThat(labels).containsEntry("team", "platform");
    assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    assertThat(labels).containsAllEntriesOf(release.one(Service.class).getSpec().getSelector());
    assertThat(labels)
        .containsAllEntriesOf(
            release.one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels());
    assertThat(labels)
        .containsAllEntriesOf(
            release.one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels());
    var monitor = release.one(GenericKubernetesResource.class);
    assertThat(monitor.getKind()).isEqualTo("ServiceMonitor");
    assertThat(release.one(Service.class).getMetadata().getLabels())
        .containsAllEntriesOf(monitor.get("spec", "selector", "matchLabels"));
  }

  @Test
  void the_container_is_limited_in_memory_but_not_in_cpu() {
    var container =
        chart
            .template()
            .one(Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
    assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
  }

  @Test
  void objects_of_two_releases_never_share_a_name() {
    var one = clusterWide(chart.template("scope=Cluster"));
    var other =
        clusterWide(
            new Rendered(chart.template("scope=Cluster", "fullnameOverride=other").objects()));
    assertThat(one).isNotEmpty().doesNotContainAnyElementsOf(other);
  }

  @Test
  void there_is_one_version() throws IOException {
    var pom = Files.readString(file("pom.xml"));
    var version = Pattern.compile("<version>(.*?)</version>").matcher(pom);
    assertThat(version.find()).isTrue();
    var about =
        Serialization.unmarshal(
            Files.readString(file(Chart.FOLDER + "/Chart.yaml")), JsonNode.class);
    assertThat(about.path("version").asText()).isEqualTo(version.group(1));
    assertThat(about.path("appVersion").asText()).isEqualTo(version.group(1));
  }

  private static List<String> clusterWide(Rendered release) {
    return release.objects().stream()
        .filter(object -> object.getMetadata().getNamespace() == null)
        .filter(object -> !(object instanceof CustomResourceDefinition))
        .map(HasMetadata::getMetadata)
        .map(meta -> meta.getName())
        .toList();
  }

  private static List<String> resources(List<PolicyRule> rules) {
    return rules.stream().flatMap(rule -> rule.getResources().stream()).toList();
  }

  private Path file(String path) {
    return controlPlane.repository().resolve(path);
  }
}
