package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a large fleet costs: nothing per runner while nothing happens. */
@OnControlPlane
class ManyRunnersIT {

  private static final int RUNNERS = 90;

  @Test
  void ninety_runners_at_rest_cost_one_list_a_look_and_no_write(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    var hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    var calls = new OperatorCalls(audit, namespace.name());
    try (var daytona = new PretendedDaytona(client, hand);
        var operator = RunningOperator.asking(daytona.fake.url(), controlPlane, namespace.name())) {
      hand.apply("runners: [{name: many, replicas: " + RUNNERS + "}]");
      hand.await("has all runners", r -> InstallationHand.is(r, "RunnersReady", "True"), 240);
      hand.awaitReady();
      calls.awaitQuiet();
      calls.restart();
      daytona.fake.forgetCalls();

      waver(daytona);
      Awaitility.await().pollDelay(20, SECONDS).atMost(30, SECONDS).until(() -> true);

      assertThat(calls.writes()).isEmpty();
      assertThat(operator.port()).isPositive();
      assertThat(daytona.fake.calls().stream().map(c -> c.line()).distinct())
          .containsExactlyInAnyOrder(
              "GET /health/ready", "GET /config", "GET /admin/runners", "GET /snapshots");
      long looks = count(daytona, "GET /health/ready");
      assertThat(count(daytona, "GET /admin/runners")).isLessThanOrEqualTo(looks);
      var status = hand.get().getStatus();
      assertThat(status.runners()).hasSize(RUNNERS);
      assertThat(Serialization.asJson(status).length()).isLessThan(32 * 1024);
    }
  }

  private static long count(PretendedDaytona daytona, String line) {
    return daytona.fake.calls().stream().filter(c -> c.line().equals(line)).count();
  }

  /** As the numbers of healthy runners do. */
  private static void waver(PretendedDaytona daytona) {
    var random = ThreadLocalRandom.current();
    for (var name : List.copyOf(daytona.fake.rows().runners())) {
      daytona.load(name.name(), 20 + random.nextInt(4), 30);
    }
  }
}
