package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.batch.v1.Job;

/** The Job that does a {@link Step}. */
public final class StepJobs {

  private StepJobs() {}

  public static Job render(Inputs inputs, Step step, String jobName) {
    return switch (step) {
      case BUCKET -> BucketJob.bucketJob(inputs, jobName);
      case MIGRATE_INIT, MIGRATE_PRE_DEPLOY, MIGRATE_POST_DEPLOY ->
          MigrationJobs.job(inputs, step, jobName);
    };
  }
}
