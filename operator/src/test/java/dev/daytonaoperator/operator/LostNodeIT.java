package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import dev.daytonaoperator.testing.daytona.Rows;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A runner's node is silent, or gone for good. The nodes exist as objects only; what the cluster
 * does about them is real.
 */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LostNodeIT {

  private static final String SILENT = "test.example/silent";
  private static final String SILENT_KUBELET = "test.example/kubelet-is-silent";

  private final KubernetesClient client;
  private final InstallationHand hand;
  private final PretendedDaytona daytona;
  private final RunningOperator operator;
  private final Rows rows;

  LostNodeIT(ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    daytona = new PretendedDaytona(client, hand);
    rows = daytona.fake.rows();
    operator = RunningOperator.asking(daytona.fake.url(), controlPlane, namespace.name());
  }

  @AfterAll
  void stop() {
    operator.close();
    daytona.close();
    client.nodes().withLabel("runners", hand.namespace).delete();
  }

  private String node(String name) {
    return hand.namespace + "-" + name;
  }

  private void addNode(String name) {
    var room =
        Map.of(
            "cpu", new Quantity("16"), "memory", new Quantity("64Gi"), "pods", new Quantity("20"));
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(node(name))
                .addToAnnotations("kwok.x-k8s.io/node", "fake")
                .addToLabels("kubernetes.io/os", "linux")
                .addToLabels("kubernetes.io/arch", "amd64")
                .addToLabels("runners", hand.namespace)
                .endMetadata()
                .withNewSpec()
                .addNewTaint()
                .withKey("runners")
                .withValue(hand.namespace)
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec()
                .withNewStatus()
                .withCapacity(room)
                .withAllocatable(room)
                .endStatus()
                .build())
        .create();
  }

  private PodResource pod() {
    return client.pods().inNamespace(hand.namespace).withName("daytona-runner-default-0-0");
  }

  private String runners() {
    var condition = InstallationHand.condition(hand.get(), "RunnersReady").orElseThrow();
    return condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage();
  }

  private static void until(String what, int seconds, BooleanSupplier fact) {
    Awaitility.await(what).atMost(seconds, SECONDS).until(fact::getAsBoolean);
  }

  /** As the cluster does to a node five minutes after its kubelet's last report. */
  private void taint(boolean silent) {
    client
        .nodes()
        .withName(node("a"))
        .edit(
            node -> {
              var taints = node.getSpec().getTaints();
              taints.removeIf(taint -> taint.getKey().equals(SILENT));
              if (silent) {
                taints.add(new TaintBuilder().withKey(SILENT).withEffect("NoExecute").build());
              }
              return node;
            });
  }

  @Test
  @Order(1)
  void a_runner_stays_on_a_silent_node_and_its_person_is_told_the_remedy() {
    addNode("a");
    hand.apply(
        """
        runners:
        - name: default
          pod:
            nodeSelector: {runners: "%s"}
            tolerations:
            - {key: runners, operator: Exists, effect: NoSchedule}
        """
            .formatted(hand.namespace));
    hand.awaitReady();
    var row = row();
    var pod = Objects.requireNonNull(pod().get());
    assertThat(pod.getSpec().getNodeName()).isEqualTo(node("a"));

    pod().edit(LostNodeIT::withoutKubelet);
    taint(true);
    until("the cluster wants the pod away", 60, () -> isEnding(pod().get()));
    until("it is told", 30, () -> runners().startsWith("False NodeLost"));
    assertThat(runners()).contains("node.kubernetes.io/out-of-service");

    taint(false);
    pod().edit(LostNodeIT::withKubelet);
    hand.awaitReady();
    assertThat(rows.runners()).hasSize(1);
    assertThat(row().id()).isEqualTo(row.id());
  }

  private Rows.RunnerView row() {
    return rows.runner("default-0").orElseThrow();
  }

  private static Pod withoutKubelet(Pod pod) {
    pod.getMetadata().getFinalizers().add(SILENT_KUBELET);
    return pod;
  }

  private static Pod withKubelet(Pod pod) {
    pod.getMetadata().getFinalizers().remove(SILENT_KUBELET);
    return pod;
  }

  private static boolean isEnding(@org.jspecify.annotations.Nullable Pod pod) {
    return pod != null && pod.getMetadata().getDeletionTimestamp() != null;
  }

  @Test
  @Order(2)
  void a_runner_of_a_deleted_node_comes_back_as_the_same_on_another() {
    var row = row();
    var ids = rows.placeSandboxes("default-0", 2);

    client.nodes().withName(node("a")).delete();
    until("it is told", 150, () -> InstallationHand.is(hand.get(), "Ready", "False"));
    assertThat(rows.runners()).as("its row waits for it").hasSize(1);

    addNode("b");
    until("it serves again", 150, () -> onNode("b"));
    hand.awaitReady();
    assertThat(rows.runners()).extracting(Rows.RunnerView::id).isEqualTo(List.of(row.id()));
    assertThat(row().token()).isEqualTo(row.token());
    assertThat(row().sandboxes()).isEqualTo(ids.size());
    assertThat(rows.tokensEver()).hasSize(1);
  }

  private boolean onNode(String name) {
    var pod = pod().get();
    return pod != null && node(name).equals(pod.getSpec().getNodeName());
  }
}
