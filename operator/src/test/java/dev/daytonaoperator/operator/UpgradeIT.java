package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** From one version of Daytona to the next, and no way back. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpgradeIT {

  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final KubernetesClient client;
  private final RunningOperator operator;

  UpgradeIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    calls = new OperatorCalls(audit, namespace.name());
    operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @Test
  @Order(1)
  void the_database_expands_before_the_new_api_and_contracts_after_it() {
    hand.apply("version: v0.189.0");
    hand.awaitReady();
    calls.awaitQuiet();
    calls.restart();

    hand.apply("version: v0.190.0");
    hand.awaitReady();
    calls.awaitQuiet();

    var order =
        calls.childWrites().stream()
            .filter(c -> List.of("jobs", "deployments", "statefulsets").contains(c.resource()))
            .map(c -> c.name().replaceFirst("-[0-9a-f]{6}-1$", ""))
            .toList();
    assertThat(order).hasSize(7);
    assertThat(order.subList(0, 4))
        .containsExactly(
            "daytona-database-dump",
            "daytona-migrate-pre-deploy",
            "daytona-api",
            "daytona-migrate-post-deploy");
    // These two are written side by side.
    assertThat(order.subList(4, 6))
        .containsExactlyInAnyOrder("daytona-proxy", "daytona-ssh-gateway");
    assertThat(order.getLast()).isEqualTo("daytona-runner-default-0");
  }

  @Test
  @Order(2)
  void the_dump_is_on_a_volume_that_stays() {
    var claim =
        client
            .persistentVolumeClaims()
            .inNamespace(hand.namespace)
            .withName("daytona-database-dump")
            .get();
    assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(claim.getSpec().getResources().getRequests().get("storage"))
        .isEqualTo(new Quantity("20Gi"));
    assertThat(hand.get().getStatus().retained()).isEmpty();
  }

  private Job job(String step) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(hand.namespace)
        .withLabel("daytona-operator.dev/step", step)
        .list()
        .getItems()
        .getFirst();
  }

  @Test
  @Order(2)
  void migrations_are_those_of_the_new_version() {
    for (var step : List.of("migrate-pre-deploy", "migrate-post-deploy")) {
      assertThat(job(step).getSpec().getTemplate().getSpec().getContainers())
          .allSatisfy(c -> assertThat(c.getImage()).endsWith(":v0.190.0"));
    }
  }

  @Test
  @Order(3)
  void the_new_version_is_told_and_recorded() {
    assertThat(hand.get().getStatus().version()).isEqualTo("v0.190.0");
    assertThat(hand.get().getStatus().upgrade()).isNull();
    assertThat(hand.state())
        .containsEntry("version", "v0.190.0")
        .doesNotContainKeys("upgrade.from", "upgrade.to", "upgrade.startedAt");
    assertThat(hand.state().keySet())
        .filteredOn(key -> key.contains("v0.190.0_"))
        .extracting(key -> key.replaceFirst("_.*", ""))
        .containsExactlyInAnyOrder(
            "step.database-dump.v0.190.0",
            "step.migrate-pre-deploy.v0.190.0",
            "step.migrate-post-deploy.v0.190.0");
  }

  @Test
  @Order(4)
  void going_back_is_refused_and_nothing_is_touched() {
    calls.restart();

    hand.apply("version: v0.189.0");
    assertThat(hand.awaitStalled("DowngradeRefused").getMessage()).contains("v0.190.0");
    hand.apply("version: v0.190.0");
    hand.awaitReady();

    calls.awaitQuiet();
    assertThat(calls.childWrites()).isEmpty();
  }

  /** The way that the documentation shows, but for the restore itself. */
  @Test
  @Order(5)
  void after_a_restored_dump_the_old_version_runs_and_may_be_upgraded_again() {
    hand.apply("{version: v0.190.0, mode: Paused}");
    hand.await("is paused", r -> InstallationHand.is(r, "Ready", "True"));
    client
        .configMaps()
        .inNamespace(hand.namespace)
        .withName("daytona-state")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"data\":{\"version\":\"v0.189.0\",\"upgrade.from\":null,\"upgrade.to\":null,"
                + "\"upgrade.startedAt\":null}}");

    hand.apply("version: v0.189.0");
    hand.awaitReady();
    assertThat(image("daytona-api")).endsWith(":v0.189.0");
    assertThat(image("daytona-proxy")).endsWith(":v0.189.0");

    hand.apply("version: v0.190.0");
    hand.awaitReady();
    assertThat(image("daytona-api")).endsWith(":v0.190.0");
    assertThat(hand.state().keySet())
        .filteredOn(key -> key.contains("v0.190.0_"))
        .as("each step once more")
        .hasSize(6);
  }

  private String image(String deployment) {
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
        .getImage();
  }
}
