package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
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
            .map(c -> c.verb() + " " + (c.verb().equals("create") ? c.resource() : c.name()))
            .filter(List.of("create jobs", "patch daytona-api")::contains)
            .toList();
    assertThat(order).containsExactly("create jobs", "patch daytona-api", "create jobs");
    assertThat(job("migrate-pre-deploy").getMetadata().getCreationTimestamp())
        .isLessThan(job("migrate-post-deploy").getMetadata().getCreationTimestamp());
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
        .containsEntry("step.migrate-pre-deploy.v0.190.0", "Succeeded")
        .containsEntry("step.migrate-post-deploy.v0.190.0", "Succeeded");
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
}
