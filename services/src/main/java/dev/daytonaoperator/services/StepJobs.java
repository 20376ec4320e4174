package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.batch.v1.Job;

/** The Job that does a {@link Step}. */
public final class StepJobs {

  private StepJobs() {}

  /**
   * Renders the Job.
   *
   * @param subject the runner that the step is about; empty for a step that is about no runner
   */
  public static Job render(Inputs inputs, Step step, String subject, String jobName) {
    return switch (step) {
      case BUCKET -> BucketJob.bucketJob(inputs, jobName);
      case DATABASE_DUMP -> DatabaseDump.job(inputs, jobName);
      case MIGRATE_INIT, MIGRATE_PRE_DEPLOY, MIGRATE_POST_DEPLOY ->
          MigrationJobs.job(inputs, step, jobName);
      case DATABASE_PASSWORD, ADMIN_KEY, REGISTRY_LOGIN, RUNNER_KEY, RUNNER_DRAIN, RUNNER_UNDRAIN ->
          DatabaseJobs.job(inputs, step, subject, jobName);
    };
  }
}
