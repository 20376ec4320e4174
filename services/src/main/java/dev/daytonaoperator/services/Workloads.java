package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategyBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;

/** The workloads that keep pods running, or run them once. */
final class Workloads {

  /** Old revisions are of no use here: going back is a change of the spec. */
  private static final int REVISIONS = 2;

  /** How a Deployment replaces its pods. */
  enum Rollout {
    /** The new pod is ready before the old one goes. */
    ROLLING,
    /** The old pod is gone before the new one starts. */
    RECREATE
  }

  private Workloads() {}

  /** Stateless pods; none while the installation is stopped. */
  static Deployment deployment(
      Inputs inputs, Identity identity, int replicas, Rollout rollout, PodTemplate pod) {
    return new DeploymentBuilder()
        .withMetadata(identity.metadata())
        .withNewSpec()
        .withReplicas(inputs.running() ? replicas : 0)
        .withRevisionHistoryLimit(REVISIONS)
        .withStrategy(strategy(rollout))
        .withNewSelector()
        .withMatchLabels(identity.selector())
        .endSelector()
        .withTemplate(pod.build())
        .endSpec()
        .build();
  }

  private static DeploymentStrategy strategy(Rollout rollout) {
    return switch (rollout) {
      case ROLLING ->
          new DeploymentStrategyBuilder()
              .withType("RollingUpdate")
              .withNewRollingUpdate()
              .withMaxSurge(new IntOrString(1))
              .withMaxUnavailable(new IntOrString(0))
              .endRollingUpdate()
              .build();
      case RECREATE -> new DeploymentStrategyBuilder().withType("Recreate").build();
    };
  }

  /**
   * One pod with a volume: never two at a time on one disk, which a Deployment does not promise.
   * {@code Parallel}, because with {@code OrderedReady} a broken pod is not replaced after the
   * mistake in its template is reverted.
   */
  static StatefulSet statefulSet(
      Inputs inputs, Identity identity, String serviceName, PodTemplate pod) {
    return new StatefulSetBuilder()
        .withMetadata(identity.metadata())
        .withNewSpec()
        .withServiceName(serviceName)
        .withReplicas(inputs.running() ? 1 : 0)
        .withRevisionHistoryLimit(REVISIONS)
        .withPodManagementPolicy("Parallel")
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(identity.selector())
        .endSelector()
        .withTemplate(pod.build())
        .endSpec()
        .build();
  }

  /**
   * A step that is done once. A retry is a new Job, made when no pod of the old one is left; and a
   * finished one is kept by nobody's clock but the operator's.
   */
  static Job job(Identity identity, long deadlineSeconds, PodTemplate pod) {
    return new JobBuilder()
        .withMetadata(identity.metadata())
        .withSpec(once(deadlineSeconds, pod))
        .build();
  }

  /** A job that the cluster starts at the schedule's times in UTC, never twice at once. */
  static CronJob cronJob(
      Inputs inputs, Identity identity, String schedule, long deadlineSeconds, PodTemplate pod) {
    return new CronJobBuilder()
        .withMetadata(identity.metadata())
        .withNewSpec()
        .withSchedule(schedule)
        .withTimeZone("Etc/UTC")
        .withSuspend(!inputs.running())
        .withConcurrencyPolicy("Forbid")
        .withSuccessfulJobsHistoryLimit(1)
        .withFailedJobsHistoryLimit(1)
        .withNewJobTemplate()
        .withNewMetadata()
        .withLabels(identity.podLabels())
        .endMetadata()
        .withSpec(once(deadlineSeconds, pod))
        .endJobTemplate()
        .endSpec()
        .build();
  }

  private static JobSpec once(long deadlineSeconds, PodTemplate pod) {
    return new JobSpecBuilder()
        .withBackoffLimit(0)
        .withPodReplacementPolicy("Failed")
        .withActiveDeadlineSeconds(deadlineSeconds)
        .withTemplate(pod.build())
        .build();
  }
}
