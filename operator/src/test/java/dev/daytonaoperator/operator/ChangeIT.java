package dev.daytonaoperator.operator;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.ComponentStatus;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One change of the spec reaches exactly those whom it concerns, once. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeIT {

  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final KubernetesClient client;
  private final RunningOperator operator;

  ChangeIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    calls = new OperatorCalls(audit, namespace.name());
    operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @BeforeAll
  void installed() {
    hand.apply("{}");
    hand.awaitReady();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @BeforeEach
  void back_to_the_beginning() {
    hand.apply("{}");
    hand.awaitReady();
    calls.awaitQuiet();
    calls.restart();
  }

  @Test
  void the_port_of_Dex_changes_issuer_and_redirects_together() {
    var before = templates();
    hand.apply("exposure: {type: Localhost, ports: {dex: 36006}}");
    hand.awaitReady();
    calls.awaitQuiet();

    var issuer = "http://localhost:36006/dex";
    assertThat(hand.get().getStatus().endpoints().issuer()).isEqualTo(issuer);
    assertThat(configuration("daytona-dex")).contains("\"issuer\" : \"" + issuer + "\"");
    assertThat(variable("daytona-api", "PUBLIC_OIDC_DOMAIN")).isEqualTo(issuer);
    assertThat(variable("daytona-proxy", "OIDC_PUBLIC_DOMAIN")).isEqualTo(issuer);
    assertThat(changed(before))
        .containsExactlyInAnyOrder("daytona-dex", "daytona-api", "daytona-proxy");
    assertThat(calls.childWrites()).as("three workloads and Dex's file").hasSize(4);
  }

  @Test
  void the_port_of_the_proxy_reaches_the_redirect_uris() {
    hand.apply("exposure: {type: Localhost, ports: {proxy: 36001}}");
    hand.awaitReady();
    calls.awaitQuiet();
    assertThat(configuration("daytona-dex")).contains("http://proxy.localhost:36001/callback");
    assertThat(variable("daytona-api", "PROXY_DOMAIN")).isEqualTo("proxy.localhost:36001");
  }

  @Test
  void the_image_of_one_component_rolls_only_that_one() {
    var before = templates();
    hand.apply("components: [{name: proxy, image: {tag: v0.189.0-patched}}]");
    hand.awaitReady();
    calls.awaitQuiet();
    assertThat(changed(before)).containsExactly("daytona-proxy");
    assertThat(calls.childWrites()).hasSize(1);
  }

  @Test
  void stopped_scales_to_zero_and_keeps_everything_else() {
    var credentials = hand.credentials();
    var kept = new HashSet<>(hand.ids());
    kept.removeIf(id -> id.startsWith("PodDisruptionBudget/")); // no pods to protect
    hand.apply("mode: Stopped");
    var stopped = hand.awaitReady();
    assertThat(InstallationHand.condition(stopped, "Ready").orElseThrow().getReason())
        .isEqualTo("Stopped");
    calls.awaitQuiet();
    assertThat(
            client.pods().inNamespace(hand.namespace).list().getItems().stream()
                .filter(
                    pod ->
                        pod.getMetadata().getOwnerReferences().stream()
                            .noneMatch(o -> o.getKind().equals("Job"))))
        .isEmpty();
    assertThat(hand.credentials()).isEqualTo(credentials);
    assertThat(hand.ids()).containsAll(kept);

    calls.restart();
    hand.apply("mode: Running");
    var running = hand.awaitReady();
    assertThat(running.getStatus().summary()).isEqualTo("14/14");
    assertThat(running.getStatus().components()).allMatch(ComponentStatus::ready);
    assertThat(hand.credentials()).isEqualTo(credentials);
    calls.awaitQuiet();
    assertThat(calls.childWrites().stream().filter(call -> call.resource().equals("jobs")))
        .isEmpty();
  }

  @Test
  void paused_writes_nothing_and_tells_the_truth() {
    hand.apply("mode: Paused");
    hand.await("is paused", r -> reason(r).equals("Paused"));
    calls.awaitQuiet();
    calls.restart();
    client.apps().deployments().inNamespace(hand.namespace).withName("daytona-jaeger").delete();
    client.apps().deployments().inNamespace(hand.namespace).withName("daytona-proxy").delete();
    hand.await("is not ready", r -> InstallationHand.is(r, "Ready", "False"));
    calls.awaitQuiet();
    assertThat(calls.childWrites()).isEmpty();
    hand.apply("mode: Running");
    hand.awaitReady();
    calls.awaitQuiet();
    assertThat(calls.childWrites()).hasSize(2);
  }

  private static String reason(dev.daytonaoperator.api.v1alpha1.DaytonaInstallation resource) {
    return InstallationHand.condition(resource, "Ready").orElseThrow().getReason();
  }

  private String configuration(String configMap) {
    return client
        .configMaps()
        .inNamespace(hand.namespace)
        .withName(configMap)
        .get()
        .getData()
        .get("config.yaml");
  }

  private String variable(String deployment, String name) {
    return client
        .apps()
        .deployments()
        .inNamespace(hand.namespace)
        .withName(deployment)
        .get()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .stream()
        .filter(variable -> variable.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  /** The pod template of every workload, as text. */
  private Map<String, String> templates() {
    return hand.objects().stream()
        .flatMap(object -> template(object).map(t -> Map.entry(object.getMetadata().getName(), t)))
        .collect(toMap(Map.Entry::getKey, e -> Serialization.asJson(e.getValue())));
  }

  private static Stream<PodTemplateSpec> template(HasMetadata object) {
    return switch (object) {
      case Deployment d -> Stream.of(d.getSpec().getTemplate());
      case StatefulSet s -> Stream.of(s.getSpec().getTemplate());
      default -> Stream.empty();
    };
  }

  private Set<String> changed(Map<String, String> before) {
    var changed = new HashSet<String>();
    templates()
        .forEach(
            (name, template) -> {
              if (!template.equals(before.get(name))) {
                changed.add(name);
              }
            });
    return changed;
  }
}
