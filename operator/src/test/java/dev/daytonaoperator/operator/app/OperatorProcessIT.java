package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as a pod runs it: a process of its own, probes, signals, several replicas. */
@OnControlPlane
class OperatorProcessIT {

  private static final Duration DRAIN = Duration.ofSeconds(12);
  private static final int TERMINATED = 143;
  private static final String CRD = "daytonainstallations.daytona-operator.dev";

  /** Few objects, all of them quickly ready. */
  private static final String SMALL =
      """
      apiVersion: daytona-operator.dev/v1alpha1
      kind: DaytonaInstallation
      metadata: {name: %s}
      spec:
        runners: []
        tools: {pgadmin: {type: Disabled}, registryUi: {type: Disabled}}
        tracing: {type: Disabled}
        mail: {type: Disabled}
        objectStorage: {type: Disabled}
        sshGateway: {type: Disabled}
        network: {policies: {type: Disabled}}
      """;

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final String namespace;

  OperatorProcessIT(ControlPlane controlPlane, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.namespace = namespaces.create().name();
  }

  @BeforeAll
  static void the_crd_is_installed(ControlPlane controlPlane) {
    controlPlane.installCrd();
  }

  private SeparateOperator operator(String... settings) {
    return SeparateOperator.launch(controlPlane, settings(settings));
  }

  private Map<String, String> settings(String... more) {
    var settings = new HashMap<String, String>();
    settings.put("NAMESPACE", namespace);
    settings.put("CLUSTER_DOMAIN", "cluster.local");
    settings.put("PLATFORM_CHECKS", "false");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private void install(String name) {
    client.resource(SMALL.formatted(name)).inNamespace(namespace).create();
  }

  private void awaitReady(String name) {
    controlPlane
        .kubectl(
            "wait", "daytona/" + name, "-n", namespace, "--for=condition=Ready", "--timeout=120s")
        .orThrow();
  }

  @Test
  void answers_probes_and_counts_what_it_does() {
    try (var operator = operator().awaitReady()) {
      assertThat(operator.status("/healthz")).isEqualTo(200);
      assertThat(operator.sum("daytona_operator_applies_total")).isZero();

      install("small");
      awaitReady("small");

      assertThat(operator.sum("daytona_operator_applies_total")).isGreaterThan(15);
      assertThat(
              operator.metric(
                  "daytona_operator_applies_total{kind=\"Deployment\",outcome=\"created\"}"))
          .isEqualTo(2);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  operator.metric(
                          "daytona_operator_installations{condition=\"Ready\",status=\"True\"}")
                      == 1);
      assertThat(operator.metric("daytona_operator_reconcile_duration_seconds_count")).isPositive();
      assertThat(operator.metrics())
          .anyMatch(line -> line.startsWith("daytona_operator_build_info{"))
          .anyMatch(line -> line.startsWith("reconciliations_success_total{"))
          .anyMatch(line -> line.startsWith("daytona_operator_leader 1"))
          .as("no label names an installation")
          .noneMatch(line -> line.contains("small") || line.contains(namespace));

      client
          .services()
          .inNamespace(namespace)
          .withName("small-api")
          .edit(
              service ->
                  new ServiceBuilder(service)
                      .editSpec()
                      .editFirstPort()
                      .withName("another")
                      .endPort()
                      .endSpec()
                      .build());
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> operator.metric("daytona_operator_drift_repairs_total{kind=\"Service\"}") == 1);
      assertThat(operator.log()).doesNotContain("ERROR").doesNotContain("Exception");
    }
  }

  @Test
  void ends_in_order_when_it_is_told_to() {
    try (var operator = operator().awaitReady()) {
      install("ending"); // in the middle of the work
      assertThat(operator.terminate(DRAIN)).isIn(0, TERMINATED);
      assertThat(operator.log()).doesNotContain("ERROR");
    }
  }

  @Test
  void settings_that_cannot_be_used_end_it_at_once() {
    try (var operator = operator("HTTP_PORT", "http", "LEADER_ELECTION", "maybe")) {
      assertThat(operator.exitCode(Duration.ofSeconds(20))).isEqualTo(2);
      assertThat(operator.log())
          .contains("DAYTONA_OPERATOR_HTTP_PORT must be", "DAYTONA_OPERATOR_LEADER_ELECTION must");
    }
  }

  @Test
  void without_an_api_server_it_ends_and_says_why(@TempDir Path directory) throws IOException {
    var nowhere =
        Files.readString(controlPlane.kubeconfig())
            .replaceAll("server: .*", "server: https://127.0.0.1:1");
    var kubeconfig = Files.writeString(directory.resolve("kubeconfig"), nowhere);
    try (var operator = SeparateOperator.launch(kubeconfig, settings())) {
      assertThat(operator.exitCode(Duration.ofSeconds(60))).isEqualTo(1);
      assertThat(operator.log()).contains("cannot start", "127.0.0.1:1");
    }
  }

  @Test
  void logs_are_json_when_wanted() {
    try (var operator = operator("LOG_FORMAT", "json").awaitReady()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> operator.log().contains("watching"));
      assertThat(operator.log().lines())
          .allSatisfy(
              line -> assertThat(Serialization.unmarshal(line, Map.class)).containsKey("message"));
    }
  }

  @Test
  void fields_of_a_newer_version_do_not_end_it() {
    var path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/brandNew";
    patchCrd(
        "[{op: add, path: %s, value: {type: object, x-kubernetes-preserve-unknown-fields: true}}]"
            .formatted(path));
    try (var operator = operator().awaitReady()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> {
                client
                    .resource(SMALL.formatted("newer") + "  brandNew: {of: [a, newer, operator]}\n")
                    .inNamespace(namespace)
                    .fieldValidation(Validation.STRICT) // until the new schema is served
                    .create();
                return true;
              });
      awaitReady("newer");
      assertThat(
              controlPlane
                  .kubectl(
                      "get",
                      "daytona/newer",
                      "-n",
                      namespace,
                      "-o",
                      "jsonpath={.spec.brandNew.of[2]}")
                  .orThrow()
                  .output())
          .as("what this version does not know stays")
          .isEqualTo("operator");
      assertThat(operator.alive()).isTrue();
      assertThat(operator.status("/healthz")).isEqualTo(200);
    } finally {
      controlPlane.kubectl("delete", "daytona", "--all", "-n", namespace).orThrow();
      patchCrd("[{op: remove, path: %s}]".formatted(path));
    }
  }

  private void patchCrd(String yaml) {
    controlPlane.kubectl("patch", "crd", CRD, "--type=json", "-p", yaml).orThrow();
  }

  @Test
  void a_standby_takes_over_at_once_from_a_leader_that_leaves() {
    try (var first = operator("LEADER_ELECTION", "true").awaitReady()) {
      awaitLeading(first, Duration.ofSeconds(10));
      try (var second = operator("LEADER_ELECTION", "true").awaitReady()) {
        install("led");
        awaitReady("led");
        assertThat(first.sum("daytona_operator_applies_total")).isPositive();
        assertThat(second.sum("daytona_operator_applies_total")).isZero();
        assertThat(leading(second)).isFalse();

        assertThat(first.terminate(DRAIN)).isIn(0, TERMINATED);
        awaitLeading(second, Duration.ofSeconds(5));

        install("succeeded");
        awaitReady("succeeded");
        assertThat(first.log()).contains("released the lease").doesNotContain("ERROR");
      }
    }
  }

  @Test
  void a_standby_takes_over_from_a_leader_that_dies_when_its_lease_ends() {
    try (var first = operator("LEADER_ELECTION", "true").awaitReady()) {
      awaitLeading(first, Duration.ofSeconds(10));
      try (var second = operator("LEADER_ELECTION", "true").awaitReady()) {
        first.kill();
        awaitLeading(second, Leadership.LEASE_DURATION.plusSeconds(10));
        install("inherited");
        awaitReady("inherited");
      }
    }
  }

  private static void awaitLeading(SeparateOperator operator, Duration limit) {
    Awaitility.await("leadership")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> leading(operator));
  }

  private static boolean leading(SeparateOperator operator) {
    return operator.metric("daytona_operator_leader") == 1;
  }
}
