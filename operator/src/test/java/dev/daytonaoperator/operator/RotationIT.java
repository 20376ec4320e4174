package dev.daytonaoperator.operator;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Raising a counter changes exactly these values, replaces exactly these pods, once. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RotationIT {

  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final KubernetesClient client;
  private final RunningOperator operator;
  private final Map<String, Integer> counters = new LinkedHashMap<>();

  RotationIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    calls = new OperatorCalls(audit, namespace.name());
    operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @BeforeAll
  void install() {
    apply();
    hand.awaitReady();
    calls.awaitQuiet();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  /**
   * What one counter is about.
   *
   * @param values keys of Secrets whose values change, without the installation's name
   * @param workloads those that get a new template, without the installation's name
   * @param steps done by Jobs
   */
  private record Case(
      String counter, Set<String> values, Set<String> workloads, Set<String> steps) {
    @Override
    public String toString() {
      return counter;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("proxyKey", Set.of("proxy/apiKey"), Set.of("api", "proxy"), Set.of()),
        new Case(
            "sshGatewayKey", Set.of("ssh-gateway/apiKey"), Set.of("api", "ssh-gateway"), Set.of()),
        new Case("healthCheckKey", Set.of("health-check/apiKey"), Set.of("api"), Set.of()),
        new Case(
            "cache",
            Set.of("cache-credentials/password"),
            Set.of("cache", "api", "proxy"),
            Set.of()),
        new Case(
            "sshKeys",
            Set.of("ssh-keys/gatewayPrivateKey", "ssh-keys/gatewayPublicKey"),
            Set.of("api", "ssh-gateway", "runner-default-0"),
            Set.of()),
        new Case("sshHostKey", Set.of("ssh-keys/hostKey"), Set.of("ssh-gateway"), Set.of()),
        new Case("adminApiKey", Set.of("admin/apiKey"), Set.of(), Set.of("admin-key")),
        new Case(
            "database",
            Set.of(
                "database-credentials/password",
                "digest/database-credentials.password",
                "pgadmin-credentials/pgpass"),
            Set.of("api", "pgadmin"),
            Set.of("database-password")),
        new Case(
            "registry",
            Set.of(
                "registry-credentials/password",
                "registry-auth/htpasswd",
                "registry-auth/htpasswd.hmac",
                "registry-auth/basicAuth"),
            Set.of("registry", "registry-ui"),
            Set.of("registry-login")),
        new Case(
            "objectStorage",
            Set.of("object-storage-credentials/rootPassword", "object-storage-access/secretKey"),
            Set.of("object-storage", "api", "runner-default-0"),
            Set.of("bucket")),
        new Case(
            "dexUsers",
            Set.of("dex-users/dev.password", "dex-users/dev.hash", "dex-users/dev.hmac"),
            Set.of("dex"),
            Set.of()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Order(1)
  void one_counter_one_rotation(Case rotation) {
    var before = hand.credentials();
    calls.restart();

    raise(rotation.counter());

    assertThat(changed(before, hand.credentials())).isEqualTo(prefixed(rotation.values()));
    assertThat(rolled()).containsExactlyInAnyOrderElementsOf(prefixed(rotation.workloads()));
    assertThat(steps()).containsExactlyInAnyOrderElementsOf(rotation.steps());
    assertThat(otherWrites()).isEmpty();
  }

  @Test
  @Order(2)
  void a_runner_gets_its_token_when_its_pod_is_replaced_and_the_row_follows() {
    var before = hand.credentials();
    var runner = "daytona-runner-default-0/";
    calls.restart();

    raise("runnerTokens");

    assertThat(rolled()).containsExactly("daytona-runner-default-0");
    assertThat(steps()).as("the pod that runs has the old token").isEmpty();
    assertThat(hand.credentials())
        .containsEntry(runner + "token", before.get(runner + "token"))
        .containsKey(runner + "token-1");

    client.pods().inNamespace(hand.namespace).withName("daytona-runner-default-0-0").delete();
    Awaitility.await("the row has it")
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              var now = hand.credentials();
              return now.get(runner + "token").equals(now.get(runner + "token-1"));
            });
    calls.awaitQuiet();
    assertThat(steps()).containsExactly("runner-key");
    assertThat(changed(before, hand.credentials()))
        .containsExactly(runner + "token", runner + "token-1");
    hand.awaitReady();
  }

  @Test
  @Order(3)
  void at_rest_nothing_is_left_of_it() {
    assertThat(hand.credentials().keySet()).noneMatch(key -> key.contains("Next"));
    assertThat(hand.state().keySet())
        .noneMatch(
            key -> key.matches("step\\.(database-password|admin-key|registry-login|runner-key).*"));
    counters.forEach(
        (name, n) ->
            assertThat(hand.state()).containsEntry("rotation." + name, Integer.toString(n)));
    calls.restart();
    hand.annotate("look", "again");
    calls.awaitQuiet();
    assertThat(calls.childWrites()).isEmpty();
  }

  @Test
  @Order(4)
  void a_second_rotation_leaves_one_job_of_each_step() {
    for (var counter : List.of("adminApiKey", "database", "registry", "objectStorage")) {
      counters.merge(counter, 1, Integer::sum);
    }
    apply();
    awaitServed();

    assertThat(
            client.batch().v1().jobs().inNamespace(hand.namespace).list().getItems().stream()
                .map(RotationIT::step))
        .containsExactlyInAnyOrder(
            "migrate-init",
            "admin-key",
            "database-password",
            "registry-login",
            "runner-key",
            "bucket");
  }

  @Test
  @Order(5)
  void a_counter_never_falls() {
    counters.merge("cache", -1, Integer::sum);
    assertThatThrownBy(this::apply)
        .hasMessageContaining("`security.rotation` never decreases: raise a counter");
    counters.merge("cache", 1, Integer::sum);
  }

  @Test
  @Order(6)
  void the_key_of_a_secret_of_the_users_reaches_the_database() {
    client
        .secrets()
        .inNamespace(hand.namespace)
        .resource(
            new io.fabric8.kubernetes.api.model.SecretBuilder()
                .withNewMetadata()
                .withName("own")
                .endMetadata()
                .addToStringData("key", "a-key-of-the-users")
                .build())
        .create();
    calls.restart();

    hand.apply(spec() + "\n  adminApiKeySecretRef: {name: own, key: key}");
    hand.awaitReady();
    calls.awaitQuiet();

    assertThat(steps()).containsExactly("admin-key");
  }

  private void raise(String counter) {
    counters.merge(counter, 1, Integer::sum);
    apply();
    awaitServed();
  }

  private void awaitServed() {
    Awaitility.await("all counters are served")
        .atMost(90, TimeUnit.SECONDS)
        .until(
            () ->
                counters.entrySet().stream()
                    .allMatch(
                        counter ->
                            counter
                                .getValue()
                                .toString()
                                .equals(hand.state().get("rotation." + counter.getKey()))));
    hand.awaitReady();
    calls.awaitQuiet();
  }

  private void apply() {
    hand.apply(spec());
  }

  private String spec() {
    return "runners: [{name: default, updatePolicy: {type: OnDelete}}]\nsecurity:\n  rotation: {"
        + counters.entrySet().stream()
            .map(counter -> counter.getKey() + ": " + counter.getValue())
            .collect(joining(", "))
        + "}";
  }

  private static Set<String> prefixed(Set<String> names) {
    return names.stream()
        .map(name -> "daytona-" + name)
        .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
  }

  /** Names only: the values are nobody's business. */
  private static Set<String> changed(Map<String, String> before, Map<String, String> now) {
    var names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), now.get(name)));
    return names;
  }

  /** Every write to a workload, by name: a second one to the same would show. */
  private List<String> rolled() {
    return calls.childWrites().stream()
        .filter(call -> List.of("deployments", "statefulsets").contains(call.resource()))
        .map(AuditLog.Call::name)
        .toList();
  }

  private List<String> steps() {
    var created =
        calls.childWrites().stream()
            .filter(call -> call.resource().equals("jobs") && call.verb().equals("create"))
            .toList();
    var jobs = client.batch().v1().jobs().inNamespace(hand.namespace).list().getItems();
    // A create has no name in the audit log: as many of the newest Jobs as were created.
    return jobs.stream()
        .sorted(
            java.util.Comparator.comparing(
                    (Job job) -> Long.parseLong(job.getMetadata().getResourceVersion()))
                .reversed())
        .limit(created.size())
        .map(RotationIT::step)
        .toList();
  }

  private static String step(Job job) {
    return job.getMetadata().getLabels().get(Labels.STEP);
  }

  private List<String> otherWrites() {
    return calls.childWrites().stream()
        .filter(
            call ->
                !List.of("deployments", "statefulsets", "jobs", "secrets", "configmaps", "events")
                    .contains(call.resource()))
        .map(call -> call.verb() + " " + call.resource() + " " + call.name())
        .toList();
  }
}
