package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The operator dies after its n-th write, for every n of an upgrade. */
@OnControlPlane
class UpgradeCrashIT {

  private static final int AT_ONCE = 6;

  /** 1 tries every write; a larger number is a quick look ({@code -Dcrash.every=8}). */
  private static final int EVERY = Integer.getInteger("crash.every", 1);

  /** What an upgrade is about, and little else. */
  private static final String SPEC =
      """
      version: %s
      objectStorage: {type: Disabled}
      mail: {type: Disabled}
      tracing: {type: Disabled}
      tools: {pgadmin: {type: Disabled}, registryUi: {type: Disabled}}
      """;

  private final ControlPlane controlPlane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  UpgradeCrashIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.audit = audit;
    this.client = client;
    this.namespaces = namespaces;
    controlPlane.installCrd();
  }

  /** What an upgrade ends in. */
  private record End(List<String> objects, List<String> state, List<String> steps, int writes) {}

  @Test
  void whenever_it_dies_every_step_succeeds_once_and_in_order() throws Exception {
    var undisturbed = upgrade(Integer.MAX_VALUE);
    assertThat(undisturbed.steps())
        .containsExactly(
            "migrate-init", "database-dump", "migrate-pre-deploy", "migrate-post-deploy");
    var ends = new TreeMap<Integer, End>();
    try (var lanes = Executors.newFixedThreadPool(AT_ONCE)) {
      var numbers =
          IntStream.iterate(0, n -> n < undisturbed.writes(), n -> n + EVERY).boxed().toList();
      var tasks = new ArrayList<Callable<End>>();
      numbers.forEach(n -> tasks.add(() -> upgrade(n)));
      var done = lanes.invokeAll(tasks);
      for (int i = 0; i < numbers.size(); i++) {
        ends.put(numbers.get(i), done.get(i).get());
      }
    }
    ends.forEach(
        (n, end) -> {
          var death = "after a death at write %d".formatted(n);
          assertThat(end.objects()).as(death).isEqualTo(undisturbed.objects());
          assertThat(end.state()).as(death).isEqualTo(undisturbed.state());
          assertThat(end.steps()).as(death).isEqualTo(undisturbed.steps());
        });
  }

  /** Upgrades with an operator that dies after some writes and, if it died, one that does not. */
  private End upgrade(int deathAfter) throws InterruptedException {
    var namespace = namespaces.create().name();
    var hand = new InstallationHand(client, namespace, "daytona");
    var calls = new OperatorCalls(audit, namespace);
    try (var first = RunningOperator.in(controlPlane, namespace)) {
      hand.apply(SPEC.formatted("v0.189.0"));
      hand.awaitReady();
      calls.awaitQuiet();
    }
    calls.restart();
    try (var mortal = RunningOperator.dyingAfter(deathAfter, controlPlane, namespace)) {
      hand.apply(SPEC.formatted("v0.190.0"));
      if (deathAfter == Integer.MAX_VALUE) {
        hand.awaitReady();
        calls.awaitQuiet();
        return end(hand, calls);
      }
      // The last writes of an upgrade may need no second operator at all.
      var unused = mortal.crashed().await(40, TimeUnit.SECONDS);
    }
    try (var next = RunningOperator.in(controlPlane, namespace)) {
      hand.awaitReady();
      calls.awaitQuiet();
      return end(hand, calls);
    } finally {
      client.namespaces().withName(namespace).delete();
    }
  }

  private static End end(InstallationHand hand, OperatorCalls calls) {
    var jobs =
        hand.objects().stream()
            .filter(Job.class::isInstance)
            .map(Job.class::cast)
            .sorted(java.util.Comparator.comparing(j -> j.getMetadata().getCreationTimestamp()))
            .toList();
    assertThat(jobs)
        .as("every Job has succeeded")
        .allMatch(job -> Integer.valueOf(1).equals(job.getStatus().getSucceeded()));
    return new End(
        hand.ids().stream().map(UpgradeCrashIT::timeless).toList(),
        hand.state().keySet().stream().map(UpgradeCrashIT::timeless).sorted().toList(),
        jobs.stream().map(job -> job.getMetadata().getLabels().get(Labels.STEP)).toList(),
        calls.writes().size());
  }

  /** Jobs and records of an upgrade are named after the second in which it began. */
  private static String timeless(String name) {
    return name.replaceAll("-[0-9a-f]{6}-1$", "-1").replaceAll("_\\d{8}T\\d{6}Z$", "");
  }
}
