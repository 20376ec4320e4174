package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Jobs that try one step for one occasion, and their pods, as the informers show them.
 *
 * @param prefix of the Jobs' names; the number of the attempt follows
 * @param jobs oldest first
 * @param pods of this step, whatever the occasion: a migration of another version must be over too
 * @param othersAtWork whether a Job or pod of another step or occasion reads or changes the
 *     database
 */
record StepAttempts(
    Owner owner, String prefix, List<Job> jobs, List<Pod> pods, boolean othersAtWork) {

  static StepAttempts of(Owner owner, StepRunner.Due due, Stream<Job> jobs, Collection<Pod> pods) {
    var prefix = prefix(owner, due);
    var all = jobs.toList();
    return new StepAttempts(
        owner,
        prefix,
        all.stream()
            .filter(job -> job.getMetadata().getName().startsWith(prefix))
            .sorted(Comparator.comparing(job -> number(job.getMetadata().getName())))
            .toList(),
        pods.stream().filter(pod -> belongs(pod, due.step())).toList(),
        due.step() != Step.BUCKET
            && (all.stream()
                    .filter(job -> !job.getMetadata().getName().startsWith(prefix))
                    .anyMatch(StepAttempts::rival)
                || pods.stream().anyMatch(pod -> rival(pod, due.step()))));
  }

  /** Dumps and migrations exclude each other, such as one of an upgrade that was given up. */
  private static boolean rival(Job job) {
    return changesDatabase(job) && condition(job, "Complete").isEmpty() && !failed(job);
  }

  private static boolean rival(Pod pod, Step step) {
    return changesDatabase(pod) && !belongs(pod, step) && mayRun(pod);
  }

  private static boolean changesDatabase(HasMetadata object) {
    var step = object.getMetadata().getLabels().get(Labels.STEP);
    return step != null && !step.equals(Step.BUCKET.id());
  }

  /** Before anything has been tried. */
  static StepAttempts none(Owner owner, StepRunner.Due due) {
    return of(owner, due, Stream.empty(), List.of());
  }

  private static String prefix(Owner owner, StepRunner.Due due) {
    return owner.name()
        + "-"
        + due.step().id()
        + "-"
        + String.format("%06x", due.occasion().hashCode() & 0xffffff)
        + "-";
  }

  private static boolean belongs(Pod pod, Step step) {
    return step.id().equals(pod.getMetadata().getLabels().get(Labels.STEP));
  }

  String jobName(int attempt) {
    return prefix + attempt;
  }

  /** Number of the attempt that a Job's name says; 0 when it says none. */
  static int number(String jobName) {
    try {
      return Integer.parseInt(jobName.substring(jobName.lastIndexOf('-') + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Number of the newest attempt; 0 before the first. */
  int last() {
    return jobs.isEmpty() ? 0 : number(jobs.getLast().getMetadata().getName());
  }

  /** Whether an attempt for this resource has succeeded. */
  boolean succeeded() {
    return jobs.stream().anyMatch(job -> !ofAnother(job) && complete(job));
  }

  static boolean complete(Job job) {
    return condition(job, "Complete").isPresent();
  }

  /**
   * Whether an attempt may still be at work. One of an earlier resource counts until it is gone,
   * and says nothing about this one's data, however it ended.
   */
  boolean active() {
    return jobs.stream().anyMatch(job -> ofAnother(job) || !failed(job));
  }

  private boolean ofAnother(Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(r -> Boolean.TRUE.equals(r.getController()) && !r.getUid().equals(owner.uid()));
  }

  List<Job> failures() {
    return jobs.stream().filter(StepAttempts::failed).toList();
  }

  /** When the newest failure was. */
  Optional<Instant> failedAt() {
    return failures().stream()
        .map(job -> condition(job, "Failed").orElseThrow())
        .max(Comparator.naturalOrder());
  }

  private static boolean failed(Job job) {
    return condition(job, "Failed").isPresent();
  }

  /** Since when a condition holds. */
  private static Optional<Instant> condition(Job job, String type) {
    return job.getStatus() == null || job.getStatus().getConditions() == null
        ? Optional.empty()
        : job.getStatus().getConditions().stream()
            .filter(c -> c.getType().equals(type) && c.getStatus().equals("True"))
            .map(c -> Instant.parse(c.getLastTransitionTime()))
            .findFirst();
  }

  /** Whether no pod of the step may still be at work. */
  boolean podsEnded() {
    return pods.stream().noneMatch(StepAttempts::mayRun);
  }

  static boolean mayRun(Pod pod) {
    var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return !"Succeeded".equals(phase) && !"Failed".equals(phase);
  }

  /** How the newest failed pod ended, and where its log is. */
  String failure() {
    return pods.stream()
        .filter(p -> p.getStatus() != null && "Failed".equals(p.getStatus().getPhase()))
        .max(Comparator.comparing(p -> p.getMetadata().getCreationTimestamp()))
        .map(
            p ->
                exit(p).orElse("the Job failed")
                    + "; see: kubectl logs -n "
                    + owner.namespace()
                    + " "
                    + p.getMetadata().getName())
        .orElse("the Job failed");
  }

  private static Optional<String> exit(Pod pod) {
    return Stream.concat(
            pod.getStatus().getInitContainerStatuses().stream(),
            pod.getStatus().getContainerStatuses().stream())
        .map(ContainerStatus::getState)
        .filter(Objects::nonNull)
        .map(state -> state.getTerminated())
        .filter(ended -> ended != null && !Integer.valueOf(0).equals(ended.getExitCode()))
        .map(ended -> "exit code " + ended.getExitCode() + " (" + ended.getReason() + ")")
        .findFirst();
  }
}
