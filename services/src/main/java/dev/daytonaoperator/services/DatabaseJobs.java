package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Daytona keeps in its database and no API changes (contract 4.1, 4.3, 5.4): one transaction
 * each, guarded by the rows' identity, and without effect when done again.
 *
 * <p>Values come as files and enter the database by COPY: they are in no argument, in no
 * statement's text, and so in no log of this pod or of the server.
 */
public final class DatabaseJobs {

  private static final int POSTGRES = 999;
  private static final long DEADLINE_SECONDS = 300;
  private static final String CREDENTIALS = "/run/daytona/credentials";
  private static final String ROOTS = "/run/daytona/roots";

  private static final String PSQL =
      """
      set -eu
      printf '%s\\n' "$SQL" | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=-
      """;

  /**
   * The password in force is unknown after an attempt that was cut off: when the old one is
   * refused, the next one must do, or the attempt has failed.
   */
  private static final String NEXT_PASSWORD =
      """
      set -eu
      as() {
        file=$1
        shift
        PGPASSWORD="$(cat "$CREDENTIALS/$file")" psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"
      }
      if as current --command='SELECT 1' > /dev/null; then
        printf '%s\\n' "$SQL" | as current --file=-
      fi
      as next --command='SELECT 1' > /dev/null
      """;

  /** What the API trusts as well: Node brings its own authorities. */
  private static final String NODES_ROOTS =
      "require('fs').writeFileSync('%s/ca.pem', require('tls').rootCertificates.join('\\n'))"
          .formatted(ROOTS);

  private DatabaseJobs() {}

  /**
   * The Job of a step.
   *
   * @param subject name of the runner that it is about; empty for a step that is about none
   */
  static Job job(Inputs inputs, Step step, String subject, String jobName) {
    var identity = Identity.of(inputs, step, jobName);
    var pod = PodTemplate.ofJob(inputs, identity).runAs(POSTGRES, POSTGRES);
    if (verifies(inputs)) {
      pod.initContainer(
          "roots",
          Image.API,
          c ->
              c.command("node", "-e", NODES_ROOTS)
                  .writable(ROOTS)
                  .requests("50m", "64Mi")
                  .memoryLimit("256Mi"));
    }
    pod.container("psql", Image.DATABASE, c -> psql(c, inputs, step, subject));
    return Workloads.job(identity, DEADLINE_SECONDS, pod);
  }

  private static void psql(ContainerSpec c, Inputs inputs, Step step, String subject) {
    c.command("sh", "-c", step == Step.DATABASE_PASSWORD ? NEXT_PASSWORD : PSQL)
        .env("SQL", ConfigMaps.file(step.id() + ".sql"))
        .env("CREDENTIALS", CREDENTIALS)
        .requests("10m", "32Mi")
        .memoryLimit("128Mi");
    connection(c, inputs);
    if (step != Step.DATABASE_PASSWORD) {
      c.secretEnv("PGPASSWORD", Credential.DATABASE_PASSWORD);
    }
    var values = values(inputs.credentials(), step, subject);
    if (!values.isEmpty()) {
      c.secretDirectory(CREDENTIALS, values);
    }
    switch (step) {
      case REGISTRY_LOGIN -> c.env("REGISTRY_URL", inputs.endpoints().registryUrl());
      case RUNNER_KEY, RUNNER_DRAIN, RUNNER_UNDRAIN ->
          c.env("REGION", inputs.spec().sandboxes().defaultRegion().id()).env("RUNNER", subject);
      case DATABASE_PASSWORD, ADMIN_KEY -> {}
      case BUCKET, DATABASE_DUMP, MIGRATE_INIT, MIGRATE_PRE_DEPLOY, MIGRATE_POST_DEPLOY ->
          throw new IllegalArgumentException(step + " is done otherwise");
    }
  }

  /** By file name. */
  private static Map<String, CredentialRef> values(
      Credentials credentials, Step step, String subject) {
    var files = new LinkedHashMap<String, CredentialRef>();
    switch (step) {
      case DATABASE_PASSWORD -> {
        files.put("current", credentials.get(Credential.DATABASE_PASSWORD));
        files.put("next", credentials.get(Credential.DATABASE_PASSWORD_NEXT));
      }
      case ADMIN_KEY -> files.put("value", credentials.get(Credential.ADMIN_API_KEY));
      case REGISTRY_LOGIN -> {
        files.put("username", credentials.get(Credential.REGISTRY_USERNAME));
        files.put("value", credentials.get(Credential.REGISTRY_PASSWORD));
      }
      case RUNNER_KEY -> files.put("value", credentials.runnerToken(subject));
      case RUNNER_DRAIN,
          RUNNER_UNDRAIN,
          BUCKET,
          MIGRATE_INIT,
          MIGRATE_PRE_DEPLOY,
          MIGRATE_POST_DEPLOY -> {}
    }
    return files;
  }

  private static void connection(ContainerSpec c, Inputs inputs) {
    var server = inputs.endpoints().database();
    var database = inputs.spec().database();
    c.env("PGHOST", server.host())
        .env("PGPORT", server.port())
        .env("PGAPPNAME", "daytona-operator")
        .env("PGCONNECT_TIMEOUT", 10);
    switch (database.type()) {
      case Bundled ->
          c.env("PGUSER", database.bundled().user())
              .env("PGDATABASE", database.bundled().name())
              .env("PGSSLMODE", "disable");
      case External -> {
        c.secretEnv("PGUSER", Credential.DATABASE_USERNAME)
            .env("PGDATABASE", database.external().name())
            .env("PGSSLMODE", tls(database.external().tls()));
        if (verifies(inputs)) {
          c.env("PGSSLROOTCERT", ROOTS + "/ca.pem").writable(ROOTS);
        }
      }
    }
  }

  private static boolean verifies(Inputs inputs) {
    var database = inputs.spec().database();
    return database.type() == Database.Type.External
        && database.external().tls() == Database.External.TlsMode.VerifyFull;
  }

  private static String tls(Database.External.TlsMode mode) {
    return switch (mode) {
      case Disabled -> "disable";
      case Require -> "require";
      case VerifyFull -> "verify-full";
    };
  }
}
