package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** An upgrade whose steps fail: the old version serves on, and a person decides. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpgradeFailureIT {

  private static final String OLD = "v0.189.0";
  private static final String NEW = "v0.190.0";

  /** Pods of Jobs stay pending, so that the test decides how they end. */
  private static final String NOWHERE =
      "\ncomponents: [{name: jobs, pod: {nodeSelector: {nowhere: 'true'}}}]";

  private final InstallationHand hand;
  private final KubernetesClient client;
  private final RunningOperator operator;

  UpgradeFailureIT(ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @Test
  @Order(1)
  void a_failed_step_stops_it_and_the_old_version_serves() {
    hand.apply("version: " + OLD);
    hand.awaitReady();
    hand.apply("version: " + NEW + NOWHERE);
    ends("database-dump", 0);
    for (int attempt = 1; attempt <= 3; attempt++) {
      ends("migrate-pre-deploy", 1);
    }

    assertThat(hand.awaitStalled("StepFailed").getMessage())
        .startsWith("upgrade from v0.189.0 to v0.190.0, migrate-pre-deploy: ")
        .contains("failed 3 times", "exit code 1", "kubectl logs", "kubectl delete jobs");
    assertThat(versions()).containsExactly(OLD, OLD, OLD, OLD);
    assertThat(hand.get().getStatus().components())
        .allMatch(DaytonaInstallationStatus.ComponentStatus::ready);
    assertThat(InstallationHand.is(hand.get(), "Migrated", "False")).isTrue();
  }

  @Test
  @Order(2)
  void where_it_is_and_since_when_is_told() {
    var upgrade = hand.get().getStatus().upgrade();
    assertThat(upgrade.from()).isEqualTo(OLD);
    assertThat(upgrade.to()).isEqualTo(NEW);
    assertThat(upgrade.step()).isEqualTo("migrate-pre-deploy");
    assertThat(Instant.parse(upgrade.startedAt())).isBefore(Instant.now());
    assertThat(hand.state()).containsEntry("upgrade.startedAt", upgrade.startedAt());
    assertThat(hand.get().getStatus().preflight())
        .anyMatch(p -> p.check().equals("DatabaseDump") && p.result().equals("Passed"));
  }

  @Test
  @Order(3)
  void removing_its_jobs_tries_it_again() {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(hand.namespace)
        .withLabel("daytona-operator.dev/step", "migrate-pre-deploy")
        .delete();

    assertThat(pod("migrate-pre-deploy")).isNotNull();
    hand.await("goes on", resource -> !InstallationHand.is(resource, "Stalled", "True"));
  }

  @Test
  @Order(4)
  void going_back_gives_it_up() {
    hand.apply("version: " + OLD + NOWHERE);
    hand.awaitReady();

    assertThat(versions()).containsExactly(OLD, OLD, OLD, OLD);
    assertThat(hand.get().getStatus().upgrade()).isNull();
    assertThat(hand.state()).doesNotContainKey("upgrade.to");
  }

  @Test
  @Order(5)
  void the_next_one_waits_for_the_pod_of_the_one_given_up_and_dumps_anew() {
    hand.apply("version: " + NEW + NOWHERE);
    hand.await("is told", r -> step(r).equals("database-dump"));
    assertThat(pods("database-dump")).noneMatch(UpgradeFailureIT::open);

    ends("migrate-pre-deploy", 1); // of the upgrade that was given up
    ends("database-dump", 0);
    ends("migrate-pre-deploy", 0);
    hand.await("contracts", r -> step(r).equals("migrate-post-deploy"));
    assertThat(hand.state().keySet())
        .filteredOn(key -> key.startsWith("step.database-dump."))
        .hasSize(2);
  }

  @Test
  @Order(6)
  void proxy_gateway_and_runner_wait_for_the_contraction() {
    assertThat(pod("migrate-post-deploy")).isNotNull();

    assertThat(versions()).containsExactly(NEW, OLD, OLD, OLD);
  }

  @Test
  @Order(7)
  void there_is_no_way_back_any_more() {
    hand.apply("version: " + OLD + NOWHERE);
    assertThat(hand.awaitStalled("DowngradeRefused").getMessage()).contains(NEW, "dump");
    assertThat(versions()).containsExactly(NEW, OLD, OLD, OLD);

    hand.apply("version: " + NEW + NOWHERE);
    ends("migrate-post-deploy", 0);
    hand.awaitReady();
    assertThat(versions()).containsExactly(NEW, NEW, NEW, NEW);
    assertThat(hand.get().getStatus().version()).isEqualTo(NEW);
  }

  private static String step(DaytonaInstallation resource) {
    var upgrade = resource.getStatus().upgrade();
    return upgrade == null ? "" : upgrade.step();
  }

  /** Versions in the templates of API, proxy, gateway and runner. */
  private List<String> versions() {
    var apps = client.apps();
    var deployments = apps.deployments().inNamespace(hand.namespace);
    var templates =
        List.of(
            deployments.withName("daytona-api").get().getSpec().getTemplate(),
            deployments.withName("daytona-proxy").get().getSpec().getTemplate(),
            deployments.withName("daytona-ssh-gateway").get().getSpec().getTemplate(),
            apps.statefulSets()
                .inNamespace(hand.namespace)
                .withName("daytona-runner-default-0")
                .get()
                .getSpec()
                .getTemplate());
    return templates.stream()
        .map(t -> t.getSpec().getContainers().getFirst().getImage())
        .map(image -> image.substring(image.lastIndexOf(':') + 1))
        .toList();
  }

  private List<Pod> pods(String step) {
    return client
        .pods()
        .inNamespace(hand.namespace)
        .withLabel("daytona-operator.dev/step", step)
        .list()
        .getItems();
  }

  private static boolean open(Pod pod) {
    return "Pending".equals(pod.getStatus().getPhase())
        && pod.getMetadata().getDeletionTimestamp() == null;
  }

  /** The only pod of the step that has not ended, when it is there. */
  private Pod pod(String step) {
    return Awaitility.await("a pod of " + step)
        .atMost(90, SECONDS)
        .until(
            () -> pods(step).stream().filter(UpgradeFailureIT::open).findFirst().orElse(null),
            Objects::nonNull);
  }

  /** What a kubelet reports when the step's container ends with this code. */
  private void ends(String step, int exitCode) {
    var status =
        """
        {"status": {"phase": "%s", "containerStatuses": [
          {"name": "main", "image": "i", "imageID": "i", "ready": false, "restartCount": 0,
           "state": {"terminated": {"exitCode": %d, "reason": "%s"}}}]}}
        """
            .formatted(
                exitCode == 0 ? "Succeeded" : "Failed",
                exitCode,
                exitCode == 0 ? "Completed" : "Error");
    client
        .pods()
        .inNamespace(hand.namespace)
        .withName(pod(step).getMetadata().getName())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), status);
  }
}
