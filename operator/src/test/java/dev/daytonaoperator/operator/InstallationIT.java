package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From ten lines to a complete platform. */
@OnControlPlane
class InstallationIT {

  private final ControlPlane controlPlane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  InstallationIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.audit = audit;
    this.client = client;
    this.namespaces = namespaces;
  }

  @BeforeAll
  static void the_crd_is_installed(ControlPlane controlPlane) {
    controlPlane.installCrd();
  }

  @Test
  void an_empty_spec_becomes_a_ready_platform() {
    var namespace = namespaces.create().name();
    try (var operator = RunningOperator.in(controlPlane, namespace)) {
      var hand = new InstallationHand(client, namespace, "daytona");
      var mark = audit.mark();
      hand.apply("{}");
      var ready = hand.awaitReady();
      System.out.println(
          io.fabric8.kubernetes.client.utils.Serialization.asYaml(ready.getStatus()));
      System.out.println(hand.ids());
      audit
          .since(mark, c -> c.namespace().equals(namespace) && c.userAgent().startsWith("daytona"))
          .forEach(System.out::println);
      assertThat(ready.getStatus().summary()).isEqualTo("14/14");
    }
  }
}
