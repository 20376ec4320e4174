package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.RunnerStatus;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import dev.daytonaoperator.testing.daytona.Rows;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Runners of three pools, their rows in Daytona and the hands of others on both: pods are
 * simulated, the administration API is a strict fake, all else is real.
 */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {

  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final KubernetesClient client;
  private final PretendedDaytona daytona;
  private final RunningOperator operator;
  private final Rows rows;
  private final List<String> sandboxes = new ArrayList<>();

  FleetIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    calls = new OperatorCalls(audit, namespace.name());
    daytona = new PretendedDaytona(client, hand);
    rows = daytona.fake.rows();
    operator = RunningOperator.asking(daytona.fake.url(), controlPlane, namespace.name());
  }

  @AfterAll
  void stop() {
    operator.close();
    daytona.close();
  }

  private static String pools(int a, int b, int c) {
    return """
    runners:
    - {name: a, replicas: %d}
    - {name: b, replicas: %d}
    - {name: c, replicas: %d}
    """
        .formatted(a, b, c);
  }

  private void until(String what, BooleanSupplier fact) {
    try {
      Awaitility.await(what).atMost(60, SECONDS).until(fact::getAsBoolean);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          e.getMessage()
              + "\n"
              + io.fabric8.kubernetes.client.utils.Serialization.asYaml(hand.get().getStatus())
              + rows.runners(),
          e);
    }
  }

  private static void pause(int seconds) {
    Awaitility.await().pollDelay(seconds, SECONDS).atMost(seconds + 5L, SECONDS).until(() -> true);
  }

  private Set<String> registered() {
    return rows.runners().stream()
        .filter(r -> r.state().equals("ready") && !r.unschedulable())
        .map(Rows.RunnerView::name)
        .collect(Collectors.toSet());
  }

  private Set<String> workloads() {
    return client
        .apps()
        .statefulSets()
        .inNamespace(hand.namespace)
        .withLabel(Labels.RUNNER)
        .list()
        .getItems()
        .stream()
        .map(s -> s.getMetadata().getLabels().get(Labels.RUNNER))
        .collect(Collectors.toSet());
  }

  private boolean consistent(String... names) {
    return registered().equals(Set.of(names))
        && workloads().equals(Set.of(names))
        && rows.runners().size() == names.length;
  }

  private String runners() {
    var condition = InstallationHand.condition(hand.get(), "RunnersReady").orElseThrow();
    return condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage();
  }

  private RunnerStatus status(String runner) {
    return hand.get().getStatus().runners().stream()
        .filter(r -> r.name().equals(runner))
        .findFirst()
        .orElseThrow();
  }

  private List<String> events(String reason) {
    return client.v1().events().inNamespace(hand.namespace).list().getItems().stream()
        .filter(e -> e.getReason().equals(reason))
        .filter(e -> e.getInvolvedObject().getKind().equals("DaytonaInstallation"))
        .map(Event::getMessage)
        .toList();
  }

  @Test
  @Order(1)
  void three_pools_of_four_come_up_registered() {
    hand.apply(pools(4, 4, 4));
    hand.awaitReady();

    assertThat(rows.runners()).hasSize(12).allMatch(r -> r.state().equals("ready"));
    assertThat(new HashSet<>(rows.tokensEver())).hasSize(12).hasSameSizeAs(rows.tokensEver());
    assertThat(rows.runners())
        .allSatisfy(r -> assertThat(r.token()).isEqualTo(daytona.token(r.name())));
    assertThat(hand.get().getStatus().runners())
        .hasSize(12)
        .allSatisfy(r -> assertThat(r.state()).isEqualTo("ready"));
    assertThat(status("a-0").score()).isGreaterThanOrEqualTo(75);
    assertThat(rows.snapshots())
        .as("made by Daytona itself, whose race for the first row was not won by the operator")
        .singleElement()
        .satisfies(s -> assertThat(s.state()).isEqualTo("active"));
  }

  @Test
  @Order(2)
  void at_rest_nothing_is_written_and_nobody_asked_about_one_runner() {
    calls.awaitQuiet();
    calls.restart();
    daytona.fake.forgetCalls();

    pause(10);

    assertThat(calls.all()).isEmpty();
    assertThat(daytona.fake.calls())
        .allSatisfy(c -> assertThat(c.method()).isEqualTo("GET"))
        .noneMatch(c -> c.path().contains("for-runner"));
  }

  @Test
  @Order(3)
  void more_are_added_and_the_emptiest_leave() {
    hand.apply(pools(7, 4, 4));
    until("7 runners of a", () -> registered().containsAll(Set.of("a-4", "a-5", "a-6")));
    var few = rows.placeSandboxes("a-1", 1);
    sandboxes.addAll(rows.placeSandboxes("a-3", 3));
    sandboxes.addAll(rows.placeSandboxes("a-5", 2));

    hand.apply(pools(2, 4, 4));
    until(
        "the empty ones are gone",
        () -> workloads().stream().filter(n -> n.startsWith("a-")).count() == 3);
    assertThat(workloads()).contains("a-1", "a-3", "a-5");
    until(
        "it is told why one is left", () -> runners().contains("a-1 leaves when its 1 sandboxes"));
    assertThat(runners()).startsWith("True");
    assertThat(rows.runner("a-1").orElseThrow().unschedulable()).isTrue();
    until("Daytona is to move what is on it", () -> rows.draining("a-1"));
    var all = rows.runners().stream().mapToInt(Rows.RunnerView::sandboxes).sum();

    rows.setSandboxState(few, "stopped");
    until(
        "the last one is gone",
        () -> consistent("a-3", "a-5", "b-0", "b-1", "b-2", "b-3", "c-0", "c-1", "c-2", "c-3"));
    assertThat(rows.runners().stream().mapToInt(Rows.RunnerView::sandboxes).sum())
        .as("sandboxes were moved, not lost")
        .isEqualTo(all);
    until("its token goes", () -> !hand.ids().contains("Secret/daytona-runner-a-1"));
    assertThat(hand.ids())
        .as("volumes are kept")
        .contains("PersistentVolumeClaim/daytona-runner-a-1");
  }

  @Test
  @Order(4)
  void one_that_is_about_to_leave_may_stay() {
    hand.apply(pools(1, 4, 4));
    until("one is drained", () -> rows.draining("a-3") || rows.draining("a-5"));

    hand.apply(pools(2, 4, 4));
    until("neither is", () -> !rows.draining("a-3") && !rows.draining("a-5"));
    until("both serve", () -> registered().containsAll(Set.of("a-3", "a-5")));
    until("nothing is left of it", () -> hand.state().keySet().stream().noneMatch(FleetIT::drains));
  }

  private static boolean drains(String entry) {
    return entry.contains("drain");
  }

  @Test
  @Order(5)
  void a_number_and_a_token_are_not_used_again() {
    hand.apply(pools(3, 4, 4));
    until("a third runner", () -> registered().contains("a-7"));

    assertThat(new HashSet<>(rows.tokensEver())).hasSameSizeAs(rows.tokensEver());
  }

  @Test
  @Order(6)
  void a_row_that_somebody_removed_is_made_again() {
    rows.dropRunner("b-0");
    until("b-0 is back", () -> registered().contains("b-0"));
    assertThat(rows.runner("b-0").orElseThrow().token()).isEqualTo(daytona.token("b-0"));
  }

  @Test
  @Order(7)
  void a_row_with_a_foreign_token_gets_its_own_and_keeps_its_sandboxes() {
    var before = rows.runner("b-1").orElseThrow().id();
    var ids = rows.placeSandboxes("b-1", 1);
    rows.setToken("b-1", "somebody-elses");
    until(
        "b-1 has its token",
        () ->
            registered().contains("b-1")
                && rows.runner("b-1").orElseThrow().token().equals(daytona.token("b-1")));
    assertThat(rows.runner("b-1").orElseThrow())
        .satisfies(row -> assertThat(row.id()).isEqualTo(before))
        .satisfies(row -> assertThat(row.sandboxes()).isEqualTo(1));
    rows.setSandboxState(ids, "destroyed");
  }

  @Test
  @Order(8)
  void a_decommissioned_row_is_made_anew() {
    var before = rows.runner("b-3").orElseThrow().id();
    rows.decommission("b-3");
    until("b-3 serves again", () -> registered().contains("b-3"));
    assertThat(rows.runner("b-3").orElseThrow().id()).isNotEqualTo(before);
  }

  @Test
  @Order(9)
  void a_row_that_only_looks_like_ours_goes_and_others_stay() {
    rows.addRunner("us", "a-99", "token-of-a-99");
    rows.addRunner("us", "bare-metal", "token-of-bare-metal");

    until("a-99 is gone", () -> rows.runner("a-99").isEmpty());
    assertThat(rows.runner("bare-metal").orElseThrow().unschedulable()).isFalse();
    rows.dropRunner("bare-metal");
  }

  @Test
  @Order(10)
  void a_person_may_take_a_runner_out_of_service() {
    rows.setUnschedulable("b-2", true);
    pause(5);

    assertThat(rows.runner("b-2").orElseThrow().unschedulable()).isTrue();
    rows.setUnschedulable("b-2", false);
  }

  @Test
  @Order(11)
  void a_pod_comes_back_as_the_same_runner() {
    var before = rows.runner("c-0").orElseThrow().id();
    client.pods().inNamespace(hand.namespace).withName("daytona-runner-c-0-0").delete();
    hand.awaitReady();

    assertThat(rows.runner("c-0").orElseThrow().id()).isEqualTo(before);
  }

  @Test
  @Order(12)
  void sandboxes_of_a_lost_volume_are_told_until_they_are_gone() {
    var ids = rows.placeSandboxes("c-1", 2);
    var claim = client.persistentVolumeClaims().inNamespace(hand.namespace);
    var before = claim.withName("daytona-runner-c-1").get().getMetadata().getUid();
    claim.withName("daytona-runner-c-1").delete();
    client.pods().inNamespace(hand.namespace).withName("daytona-runner-c-1-0").delete();

    until("a new volume", () -> !uid(claim.withName("daytona-runner-c-1").get()).equals(before));
    until(
        "the loss is told",
        () -> runners().contains("c-1 has lost its volume, and with it the 2 sandboxes"));
    rows.setSandboxState(ids, "destroyed");
    until("nothing is missed", () -> !runners().contains("lost its volume"));
  }

  private static String uid(@org.jspecify.annotations.Nullable HasMetadata object) {
    return object == null ? "" : object.getMetadata().getUid();
  }

  @Test
  @Order(13)
  void a_restart_of_the_api_changes_nothing() {
    calls.awaitQuiet();
    var before = rows.runners().stream().map(Rows.RunnerView::id).toList();
    daytona.fake.restart();
    pause(6);
    hand.awaitReady();

    assertThat(rows.runners().stream().map(Rows.RunnerView::id).toList()).isEqualTo(before);
  }

  @Test
  @Order(14)
  void without_the_api_nothing_is_deleted_and_it_is_asked_little() {
    daytona.fake.faults().answer(500, path -> true);
    until("it is told", () -> InstallationHand.is(hand.get(), "PlatformReachable", "False"));
    calls.restart();
    daytona.fake.forgetCalls();
    hand.apply(pools(1, 4, 4));
    pause(10);

    assertThat(workloads()).as("nobody can tell which is empty").contains("a-3", "a-5", "a-7");
    assertThat(daytona.fake.calls())
        .as("one call a look, and a look a second here")
        .hasSizeLessThanOrEqualTo(12)
        .allSatisfy(c -> assertThat(c.line()).isEqualTo("GET /health/ready"));
    assertThat(calls.all().stream().filter(c -> c.isWrite()).toList()).hasSizeLessThan(4);

    daytona.fake.faults().heal();
    until(
        "one is left that has sandboxes",
        () -> workloads().contains("a-3") && !workloads().contains("a-7"));
    hand.apply(pools(2, 4, 4));
    hand.awaitReady();
  }

  @Test
  @Order(15)
  void a_filling_disk_is_told_before_sandboxes_are_refused() throws Exception {
    daytona.fake.faults().heal();
    rows.setSandboxState(sandboxes, "archived");
    hand.apply(pools(0, 0, 1));
    until("one runner", () -> workloads().stream().filter(n -> n.startsWith("c-")).count() == 1);
    var last = workloads().stream().filter(n -> n.startsWith("c-")).findFirst().orElseThrow();
    daytona.load(last, 20, 60);
    until("60 %", () -> status(last).diskPercent() == 60);
    assertThat(runners()).doesNotContain("disk");

    daytona.load(last, 20, 78);
    until("filling", () -> runners().contains(last + ": disk 80 % of /var/lib/docker"));
    assertThat(runners()).startsWith("True ScoreLow");
    Awaitility.await("an event, of which there are two a minute")
        .atMost(90, SECONDS)
        .until(() -> !events("DiskFilling").isEmpty());
    assertThat(InstallationHand.is(hand.get(), "Ready", "True")).isTrue();

    daytona.load(last, 20, 84);
    until("no new snapshots", () -> runners().contains(last + " takes no new snapshots"));
    assertThat(runners()).startsWith("True ScoreLow");

    daytona.load(last, 20, 95);
    until("no new sandboxes", () -> runners().startsWith("False ScoreTooLow"));
    assertThat(runners()).contains("disk 95 %");
    assertThat(InstallationHand.condition(hand.get(), "Ready").orElseThrow().getReason())
        .isEqualTo("ScoreTooLow");
    assertThat(metric("daytona_runner_disk_percent", last)).isEqualTo(95);

    daytona.load(last, 20, 60);
    until("and back", () -> runners().startsWith("True Ready"));
    hand.awaitReady();
    assertThat(metric("daytona_runner_disk_percent", last)).isEqualTo(60);
  }

  private double metric(String name, String runner) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + operator.port() + "/metrics");
      var text = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return text.lines()
          .filter(l -> l.startsWith(name + "{") && l.contains("runner=\"" + runner + "\""))
          .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  @Order(16)
  void a_pod_on_a_node_that_does_not_answer_is_told_with_the_remedy() {
    var pod =
        daytona.runnerPods().stream()
            .filter(p -> p.getMetadata().getLabels().get(Labels.RUNNER).startsWith("c-"))
            .findFirst()
            .orElseThrow();
    var name = pod.getMetadata().getName();
    var pods = client.pods().inNamespace(hand.namespace).withName(name);
    pods.edit(
        p -> {
          p.getMetadata().getFinalizers().add("test.example/node-is-silent");
          return p;
        });
    pods.delete();
    // As the cluster does to pods of a node that has been silent for five minutes.
    pods.subresource("status")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            """
            {"status": {"conditions": [{"type": "DisruptionTarget", "status": "True",
              "reason": "DeletionByTaintManager"}]}}
            """);

    until("it is told", () -> runners().startsWith("False NodeLost"));
    assertThat(runners()).contains("node.kubernetes.io/out-of-service");
    assertThat(InstallationHand.condition(hand.get(), "Ready").orElseThrow().getReason())
        .isEqualTo("NodeLost");
    pods.edit(
        p -> {
          p.getMetadata().getFinalizers().clear();
          return p;
        });
    hand.awaitReady();
  }

  @Test
  @Order(17)
  void a_change_replaces_one_runner_after_the_other_when_its_last_poll_is_over() {
    hand.apply("runners: [{name: d, replicas: 2, updatePolicy: {type: Drain}}]");
    until("two new ones, and the old pools are gone", () -> consistent("d-0", "d-1"));
    hand.awaitReady();
    var ids = rows.placeSandboxes("d-0", 1);
    var uids = daytona.runnerPods().stream().map(FleetIT::uid).toList();

    hand.apply("runners: [{name: d, replicas: 2, useSnapshotEntrypoint: false}]");
    until("one is held", () -> rows.runner("d-0").orElseThrow().unschedulable());
    until("it is told", () -> runners().contains("d-0 is being updated: sandboxes run on it"));
    assertThat(rows.runner("d-1").orElseThrow().unschedulable()).isFalse();
    assertThat(daytona.runnerPods().stream().map(FleetIT::uid).toList())
        .containsExactlyInAnyOrderElementsOf(uids);

    rows.setSandboxState(ids, "stopped");
    Awaitility.await("d-1 is next, once d-0 serves again")
        .atMost(90, SECONDS)
        .until(
            () ->
                rows.runner("d-1").orElseThrow().unschedulable()
                    && !rows.runner("d-0").orElseThrow().unschedulable());
    Awaitility.await("both are new and serve")
        .atMost(90, SECONDS)
        .until(
            () ->
                consistent("d-0", "d-1")
                    && daytona.runnerPods().stream().noneMatch(p -> uids.contains(uid(p))));
    hand.awaitReady();
  }

  @Test
  @Order(18)
  void every_runner_gets_a_new_token_and_keeps_its_row() {
    var before = rows.runners();
    hand.apply(
        """
        runners: [{name: d, replicas: 2, useSnapshotEntrypoint: false, updatePolicy: {type: Immediate}}]
        security: {rotation: {runnerTokens: 1}}
        """);
    Awaitility.await("it is served")
        .atMost(180, SECONDS)
        .until(() -> "1".equals(hand.state().get("rotation.runnerTokens")));
    Awaitility.await("both rows follow their pods")
        .atMost(120, SECONDS)
        .until(
            () ->
                consistent("d-0", "d-1")
                    && before.stream().noneMatch(old -> tokens().contains(old.token())));
    hand.awaitReady();

    assertThat(rows.runners())
        .extracting(Rows.RunnerView::id)
        .containsExactlyInAnyOrderElementsOf(before.stream().map(Rows.RunnerView::id).toList());
    assertThat(tokens()).hasSize(2).doesNotContainAnyElementsOf(rows.tokensEver());
    assertThat(rows.runners())
        .allSatisfy(r -> assertThat(r.token()).isEqualTo(daytona.token(r.name())));
  }

  private Set<String> tokens() {
    return rows.runners().stream().map(Rows.RunnerView::token).collect(Collectors.toSet());
  }
}
