package dev.daytonaoperator.operator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.ComponentStatus;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.AuditLog.Call;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** From an empty spec to a complete platform, and what that costs the API server. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class InstallationIT {

  private static final Duration AT_REST = Duration.ofSeconds(60);
  private static final int STATUS_WRITES = 8;

  private final ControlPlane controlPlane;
  private final InstallationHand hand;
  private final OperatorCalls calls;
  private RunningOperator operator;

  InstallationIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, TestNamespace namespace) {
    this.controlPlane = controlPlane;
    this.hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    this.calls = new OperatorCalls(audit, namespace.name());
    this.operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @BeforeAll
  void installed() {
    calls.restart();
    hand.apply("{}");
    hand.awaitReady();
    calls.awaitQuiet();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @Test
  @Order(1)
  void all_components_are_ready() {
    var status = hand.get().getStatus();
    assertThat(status.summary()).isEqualTo("14/14");
    assertThat(status.components().stream().map(ComponentStatus::name))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ComponentName.values()).map(c -> c.override().name()).toList());
    assertThat(status.components()).allMatch(ComponentStatus::ready);
    assertThat(status.endpoints().dashboard()).isEqualTo("http://localhost:35000/dashboard");
  }

  @Test
  @Order(2)
  void every_object_was_written_once_and_nothing_was_asked_for() {
    var objects = new HashSet<>(hand.ids());
    var state = "configmaps/daytona-state";
    var written =
        calls.childWrites().stream()
            .filter(call -> !state.equals(call.resource() + "/" + call.name()))
            .collect(groupingBy(call -> call.resource() + "/" + call.name(), counting()));
    assertThat(written.values()).as(written.toString()).allMatch(times -> times == 1);
    assertThat(written).hasSize(objects.size() - 1);
    assertThat(calls.childWrites()).allMatch(call -> call.code() < 300);

    var reads = calls.all().stream().filter(call -> !call.isWrite()).toList();
    assertThat(reads.stream().filter(call -> call.verb().equals("get")).map(Call::resource))
        .as("only the namespace's Pod Security level")
        .containsOnly("namespaces");
    var lists = reads.stream().filter(call -> call.verb().equals("list")).toList();
    assertThat(lists.stream().map(Call::resource)).as("one a kind").doesNotHaveDuplicates();
    assertThat(calls.statusWrites()).hasSizeLessThanOrEqualTo(STATUS_WRITES);
    assertThat(calls.events()).as("that it is ready").hasSize(1);
  }

  @Test
  @Order(3)
  void the_record_is_written_a_handful_of_times() {
    assertThat(calls.childWrites().stream().filter(call -> call.name().equals("daytona-state")))
        .as("made, versioned, seeded")
        .hasSizeLessThanOrEqualTo(4);
  }

  @Test
  @Order(4)
  void no_credential_is_in_status_annotations_or_arguments() {
    var secrets = hand.credentials().values().stream().filter(v -> v.length() > 7).collect(toSet());
    assertThat(secrets).hasSizeGreaterThan(20);
    var visible =
        io.fabric8.kubernetes.client.utils.Serialization.asJson(
            List.of(
                hand.get(),
                hand.objects().stream().filter(o -> !o.getKind().equals("Secret")).toList()));
    assertThat(secrets).noneMatch(visible::contains);
  }

  @Test
  @Order(5)
  void at_rest_nothing_is_called() {
    calls.restart();
    LockSupport.parkNanos(AT_REST.toNanos());
    assertThat(calls.all()).isEmpty();
  }

  @Test
  @Order(6)
  void an_annotation_of_the_resource_changes_no_child() {
    calls.restart();
    hand.annotate("example.org/touched", "yes");
    calls.awaitQuiet();
    assertThat(calls.writes()).isEmpty();
  }

  @Test
  @Order(7)
  void a_restart_writes_nothing() {
    operator.close();
    calls.restart();
    operator = RunningOperator.in(controlPlane, hand.namespace);
    calls.awaitQuiet();
    assertThat(calls.writes()).isEmpty();
    assertThat(calls.all().stream().filter(call -> call.verb().equals("get")).map(Call::resource))
        .containsOnly("namespaces");
  }
}
