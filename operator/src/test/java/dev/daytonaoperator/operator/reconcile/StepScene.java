package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.Informed;
import dev.daytonaoperator.operator.apply.MovingClock;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;

/** One owner on the control plane, steps under test, and a hand that plays the kubelet. */
final class StepScene implements AutoCloseable {

  /** Pods of Jobs stay pending, so that a test decides how they end. */
  static final String NOWHERE =
      "components: [{name: jobs, pod: {nodeSelector: {nowhere: 'true'}}}]";

  final KubernetesClient hand;
  final String namespace;
  final String name = "d" + UUID.randomUUID().toString().substring(0, 6);
  final Informed informed;
  final MovingClock clock = MovingClock.ticking();
  private final KubernetesClient client;
  private String spec = "{}";
  private Owner owner;
  private StepRunner runner;
  InstallationState state = InstallationState.EMPTY;

  StepScene(KubernetesClient hand, String namespace, Config config) {
    this.hand = hand;
    this.namespace = namespace;
    this.informed = new Informed(hand, namespace);
    this.client = new KubernetesClientBuilder().withConfig(config).build();
    this.owner = newOwner();
    this.runner = newRunner();
  }

  private Owner newOwner() {
    var resource =
        hand.resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .endMetadata()
                    .build())
            .create();
    return new Owner("v1", "ConfigMap", namespace, name, resource.getMetadata().getUid(), true);
  }

  private StepRunner newRunner() {
    return new StepRunner(client, informed, informed::pods, clock);
  }

  /** The resource is deleted with all its data and made anew under the same name. */
  void recreated() {
    hand.configMaps().inNamespace(namespace).withName(name).delete();
    owner = newOwner();
    state = InstallationState.EMPTY;
  }

  void restarted() {
    runner = newRunner();
  }

  /** From now on pods of Jobs do not end by themselves. */
  void podsStayPending() {
    spec = NOWHERE;
  }

  private Inputs inputs() {
    return PlatformInputs.of(name, namespace, spec);
  }

  static Due due(Step step) {
    return new Due(step, "v0.189.0", true);
  }

  /** One pass with everything seen. */
  StepRunner.Progress pass(Due... due) {
    informed.catchUp();
    return blindPass(due);
  }

  StepRunner.Progress blindPass(Due... due) {
    var progress = runner.advance(owner, inputs(), state, List.of(due));
    state = progress.state();
    return progress;
  }

  /** One pass at a later time, after which the clock is the server's again. */
  StepState onlyAfter(Duration later, Due due) {
    clock.advance(later);
    var state = only(due);
    clock.advance(later.negated());
    return state;
  }

  StepState only(Due due) {
    return pass(due).steps().getFirst();
  }

  /** Passes until the step is in this stage. */
  StepState until(StepState.Stage stage, Due due) {
    return Awaitility.await(due.step() + " " + stage)
        .atMost(Duration.ofSeconds(60))
        .until(() -> only(due), s -> s.stage() == stage);
  }

  List<Job> jobs() {
    return hand.batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(Labels.INSTALLATION, name)
        .list()
        .getItems();
  }

  void finalizers(Job job, String... finalizers) {
    hand.batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(job.getMetadata().getName())
        .edit(
            live -> {
              live.getMetadata().setFinalizers(List.of(finalizers));
              return live;
            });
  }

  /** The Job goes, its pod stays. */
  void orphanPods() {
    for (var job : jobs()) {
      hand.batch()
          .v1()
          .jobs()
          .inNamespace(namespace)
          .withName(job.getMetadata().getName())
          .withPropagationPolicy(DeletionPropagation.ORPHAN)
          .delete();
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> jobs().isEmpty());
  }

  List<String> jobNames() {
    return jobs().stream()
        .map(j -> j.getMetadata().getName())
        .map(n -> n.replaceFirst("-[0-9a-f]{6}-", "-*-").substring(name.length() + 1))
        .sorted()
        .toList();
  }

  List<Pod> pods() {
    return hand.pods()
        .inNamespace(namespace)
        .withLabel(Labels.INSTALLATION, name)
        .list()
        .getItems();
  }

  /** The only pod that has not ended, when the Job controller has made it. */
  Pod pod() {
    return Awaitility.await("a pod")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> pods().stream().filter(StepAttempts::mayRun).findFirst().orElse(null),
            Objects::nonNull);
  }

  /** What a kubelet reports of a container that ended with this code. */
  void podEnds(int exitCode) {
    var container =
        new ContainerStatusBuilder()
            .withName("migrate")
            .withImage("i")
            .withImageID("i")
            .withNewState()
            .withNewTerminated()
            .withExitCode(exitCode)
            .withReason(exitCode == 0 ? "Completed" : "Error")
            .endTerminated()
            .endState()
            .build();
    hand.resource(
            new PodBuilder(pod())
                .withStatus(
                    new PodStatusBuilder()
                        .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                        .withContainerStatuses(container)
                        .build())
                .build())
        .updateStatus();
  }

  @Override
  public void close() {
    client.close();
  }
}
