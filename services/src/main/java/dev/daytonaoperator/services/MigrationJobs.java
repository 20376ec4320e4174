package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

/**
 * The database migrations, by the API's own image and with no credential but the database's
 * (contract 3.3).
 */
public final class MigrationJobs {

  private static final long DEADLINE_SECONDS = 3600;
  private static final String YARN_STATE = "/daytona/.yarn";

  private MigrationJobs() {}

  /**
   * The Job that does a migration step.
   *
   * @param jobName its name; every attempt has one of its own
   */
  public static Job job(Inputs inputs, Step step, String jobName) {
    var script =
        switch (step) {
          case MIGRATE_INIT -> "migration:run:init";
          case MIGRATE_PRE_DEPLOY -> "migration:run:pre-deploy";
          case MIGRATE_POST_DEPLOY -> "migration:run:post-deploy";
          case BUCKET,
              DATABASE_DUMP,
              DATABASE_PASSWORD,
              ADMIN_KEY,
              REGISTRY_LOGIN,
              RUNNER_KEY,
              RUNNER_DRAIN,
              RUNNER_UNDRAIN ->
              throw new IllegalArgumentException(step + " is no migration");
        };
    var identity = Identity.of(inputs, step, jobName);
    return Workloads.job(identity, DEADLINE_SECONDS, pod(inputs, identity, script));
  }

  private static PodTemplate pod(Inputs inputs, Identity identity, String script) {
    var pod = PodTemplate.ofJob(inputs, identity).runAs(1000, 1000);
    // yarn reads what the image has there and writes beside it, so the directory must be both
    // prefilled and writable (contract 11): an empty one would hide the first half.
    var yarn = pod.emptyDir("yarn");
    pod.initContainer(
        "yarn",
        Image.API,
        container ->
            container
                .command(
                    "sh",
                    "-c",
                    "if [ -d " + YARN_STATE + " ]; then cp -R " + YARN_STATE + "/. /yarn/; fi")
                .requests("50m", "64Mi")
                .memoryLimit("256Mi")
                .mount("/yarn", yarn));
    pod.container(
        "migrate",
        Image.API,
        container -> {
          ServerAccess.database(container, inputs);
          container
              .command("yarn", script)
              .workingDir("/daytona")
              // The command reads the API's configuration, which wants a port (contract 11).
              .env("PORT", ServiceNames.API_PORT)
              // npx keeps a cache at home, and this user has none in the image.
              .env("HOME", "/tmp")
              .mount(YARN_STATE, yarn)
              .writable("/tmp")
              // Proven as this user without capabilities, not with a read-only root.
              .writableRoot()
              .requests("100m", "512Mi")
              .memoryLimit("2Gi");
        });
    return pod;
  }
}
