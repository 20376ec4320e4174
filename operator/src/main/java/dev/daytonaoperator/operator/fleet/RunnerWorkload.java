package dev.daytonaoperator.operator.fleet;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the cluster shows of one runner.
 *
 * @param set empty before it is made
 * @param pod empty when there is none now
 */
public record RunnerWorkload(Optional<StatefulSet> set, Optional<Pod> pod) {

  private static final String REVISION = "controller-revision-hash";

  public static final RunnerWorkload ABSENT =
      new RunnerWorkload(Optional.empty(), Optional.empty());

  /** Whether the pod was made from an older template than the one that is wanted now. */
  public boolean outdated() {
    return pod.isPresent()
        && set.map(it -> it.getStatus())
            .filter(
                status ->
                    Objects.equals(
                        status.getObservedGeneration(),
                        set.orElseThrow().getMetadata().getGeneration()))
            .map(status -> status.getUpdateRevision())
            .filter(wanted -> !wanted.equals(pod.get().getMetadata().getLabels().get(REVISION)))
            .isPresent();
  }

  public boolean ready() {
    return condition("Ready").filter(c -> c.getStatus().equals("True")).isPresent() && !ending();
  }

  /** When it became ready; empty while it is not. */
  public Optional<Instant> readySince() {
    return ready()
        ? condition("Ready").map(PodCondition::getLastTransitionTime).flatMap(RunnerWorkload::time)
        : Optional.empty();
  }

  /** Whether a sandbox could be running in the pod: its container has been started. */
  public boolean mayHoldSandboxes() {
    return statuses().stream()
        .anyMatch(s -> s.getState() != null && s.getState().getRunning() != null);
  }

  /** Whether the pod is on its way out. */
  public boolean ending() {
    return pod.map(p -> p.getMetadata().getDeletionTimestamp() != null).orElse(false);
  }

  /**
   * Whether the pod waits for a node that does not answer. The cluster marks such pods five minutes
   * after the node fell silent, and leaves them for ever: nobody knows whether they still run.
   */
  public boolean nodeLost() {
    return ending()
        && condition("DisruptionTarget")
            .filter(c -> "DeletionByTaintManager".equals(c.getReason()))
            .isPresent();
  }

  /** Whether its memory ran out the last time that it stopped. */
  public boolean outOfMemory() {
    return statuses().stream()
        .anyMatch(
            s ->
                s.getLastState() != null
                    && s.getLastState().getTerminated() != null
                    && "OOMKilled".equals(s.getLastState().getTerminated().getReason()));
  }

  private List<ContainerStatus> statuses() {
    return pod.map(p -> p.getStatus())
        .map(status -> status.getContainerStatuses())
        .orElse(List.of());
  }

  private Optional<PodCondition> condition(String type) {
    return pod
        .map(p -> p.getStatus())
        .map(status -> status.getConditions())
        .orElse(List.of())
        .stream()
        .filter(c -> c.getType().equals(type))
        .findFirst();
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
