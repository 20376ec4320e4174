package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The very commands of the Jobs, on a real PostgreSQL with the columns that Daytona's migrations
 * leave behind. Values are awkward on purpose.
 */
class DatabaseJobsTest {

  private static final String OWNER = "user";
  private static final String DATABASE = "daytona";
  private static final String AWKWARD = "p\"a\\s'$s,%w;ö:{d}";

  private static PostgresServer server;

  @TempDir Path directory;

  private final Map<String, String> values = new HashMap<>();
  private Inputs inputs = PlatformInputs.of("runners: [{name: default, replicas: 2}]");

  @BeforeAll
  static void start() throws Exception {
    var programs = PostgresServer.installed();
    assumeThat(programs).as("a PostgreSQL on this machine").isPresent();
    server = PostgresServer.start(programs.get(), OWNER, "first");
    server.sql(OWNER, "postgres", "CREATE DATABASE " + DATABASE);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void tables() throws Exception {
    sql(DaytonaTables.SQL);
    sql("ALTER ROLE \"user\" PASSWORD 'first'");
    values.put("dev-database-credentials/password", "first");
  }

  @AfterEach
  void nothingOfValueIsInTheServersLog() throws Exception {
    assertThat(server.log()).contains("statement: COPY").doesNotContain(AWKWARD, "w;ö:{d}");
  }

  @Test
  void theAdministratorsKeyBecomesTheOneOfTheSecret() throws Exception {
    values.put("dev-admin/apiKey", "new" + AWKWARD + "end");

    applied(Step.ADMIN_KEY, "");

    var row = "SELECT %s FROM api_key WHERE \"userId\" = 'daytona-admin'";
    assertThat(sql(row.formatted("\"keyHash\""))).isEqualTo(sha256("new" + AWKWARD + "end"));
    assertThat(sql(row.formatted("\"keyPrefix\", \"keySuffix\", permissions")))
        .isEqualTo("new|end|{write:sandboxes}");
    assertThat(sql("SELECT \"keyHash\" FROM api_key WHERE \"userId\" = 'eve'"))
        .isEqualTo("Personaleve");
    unchangedWhenAppliedAgain(Step.ADMIN_KEY, "", "api_key");
  }

  @Test
  void anAdministratorWithoutAnyKeyGetsOne() throws Exception {
    values.put("dev-admin/apiKey", AWKWARD);
    sql("DELETE FROM api_key WHERE \"userId\" = 'daytona-admin'");

    applied(Step.ADMIN_KEY, "");

    assertThat(
            sql(
                "SELECT \"keyHash\", array_length(permissions, 1), o.personal FROM api_key JOIN"
                    + " organization o ON o.id = \"organizationId\" WHERE \"userId\" ="
                    + " 'daytona-admin'"))
        .isEqualTo(sha256(AWKWARD) + "|3|t");
    unchangedWhenAppliedAgain(Step.ADMIN_KEY, "", "api_key");
  }

  @Test
  void withoutAnAdministratorTheStepFails() throws Exception {
    values.put("dev-admin/apiKey", AWKWARD);
    sql("DELETE FROM api_key; DELETE FROM organization");

    assertThat(run(Step.ADMIN_KEY, "").status()).isNotZero();
    assertThat(sql("SELECT count(*) FROM api_key")).isEqualTo("0");
  }

  @Test
  void theThreeRegistryRowsGetTheLoginAndNoOther() throws Exception {
    values.put("dev-registry-credentials/username", "daytona");
    values.put("dev-registry-credentials/password", AWKWARD);
    var url = inputs.endpoints().registryUrl();
    for (var type : List.of("internal", "transient", "backup")) {
      registryRow(type, url, "NULL");
    }
    registryRow("internal", "http://elsewhere:6000", "NULL");
    registryRow("organization", url, "gen_random_uuid()");
    registryRow("internal", url, "gen_random_uuid()");

    applied(Step.REGISTRY_LOGIN, "");

    assertThat(sql("SELECT count(*) FROM docker_registry WHERE password = 'old'")).isEqualTo("3");
    assertThat(
            sql(
                "SELECT DISTINCT username, password, url FROM docker_registry WHERE password <>"
                    + " 'old'"))
        .isEqualTo("daytona|" + AWKWARD + "|" + url);
    unchangedWhenAppliedAgain(Step.REGISTRY_LOGIN, "", "docker_registry");
  }

  private void registryRow(String type, String url, String organisation) throws Exception {
    sql(
        ("INSERT INTO docker_registry (name, url, username, password, \"registryType\","
                + " \"organizationId\") VALUES ('%1$s', '%2$s', 'daytona', 'old', '%1$s', %3$s)")
            .formatted(type, url, organisation));
  }

  @Test
  void oneRunnersRowGetsTheToken() throws Exception {
    values.put("dev-runner-default-1-token/token", AWKWARD);

    applied(Step.RUNNER_KEY, "default-1");

    assertThat(sql("SELECT region, name, \"apiKey\" FROM runner ORDER BY region, name"))
        .isEqualTo("eu|default-0|t2\nus|default-0|t0\nus|default-1|" + AWKWARD);
    unchangedWhenAppliedAgain(Step.RUNNER_KEY, "default-1", "runner");
  }

  @Test
  void aTokenThatAnotherRunnerHasIsRefused() throws Exception {
    values.put("dev-runner-default-1-token/token", "t2");

    assertThat(run(Step.RUNNER_KEY, "default-1").status()).isNotZero();
    assertThat(sql("SELECT \"apiKey\" FROM runner WHERE name = 'default-1'")).isEqualTo("t1");
    sql("COPY runner TO '/dev/null'"); // the log's own check wants one
  }

  @Test
  void aRunnerWithoutRowIsNoFailure() throws Exception {
    values.put("dev-runner-default-1-token/token", AWKWARD);
    sql("DELETE FROM runner WHERE name = 'default-1'");

    applied(Step.RUNNER_KEY, "default-1");
    assertThat(sql("SELECT count(*) FROM runner")).isEqualTo("2");
  }

  @Test
  void onlyARunnerThatTakesNothingIsDrainedAndItCanBeUndone() throws Exception {
    values.put("dev-runner-default-0-token/token", AWKWARD);
    applied(Step.RUNNER_KEY, "default-0");
    assertThat(run(Step.RUNNER_DRAIN, "default-0").status()).isNotZero();
    assertThat(run(Step.RUNNER_DRAIN, "unknown-7").status()).isNotZero();
    sql("UPDATE runner SET unschedulable = true WHERE region = 'us' AND name = 'default-0'");

    applied(Step.RUNNER_DRAIN, "default-0");
    assertThat(draining()).isEqualTo("us|default-0");
    unchangedWhenAppliedAgain(Step.RUNNER_DRAIN, "default-0", "runner");

    applied(Step.RUNNER_UNDRAIN, "default-0");
    assertThat(draining()).isEmpty();
    unchangedWhenAppliedAgain(Step.RUNNER_UNDRAIN, "default-0", "runner");
  }

  @Test
  void aDecommissionedRunnerIsNotBroughtBack() throws Exception {
    values.put("dev-runner-default-0-token/token", AWKWARD);
    applied(Step.RUNNER_KEY, "default-0");
    sql("UPDATE runner SET draining = true, state = 'decommissioned' WHERE region = 'us'");

    applied(Step.RUNNER_UNDRAIN, "default-0");

    assertThat(sql("SELECT count(*) FROM runner WHERE draining")).isEqualTo("2");
  }

  private String draining() throws Exception {
    return sql("SELECT region, name FROM runner WHERE draining");
  }

  @Test
  void theDatabaseGetsItsNextPasswordAndTheOldOneIsRefused() throws Exception {
    nextPassword(AWKWARD);

    applied(Step.DATABASE_PASSWORD, "");
    applied(Step.DATABASE_PASSWORD, ""); // the old one is refused now, which is well

    values.put("dev-admin/apiKey", "k");
    assertThat(run(Step.ADMIN_KEY, "").status()).as("the old password").isNotZero();
    values.put("dev-database-credentials/password", AWKWARD);
    applied(Step.ADMIN_KEY, "");
  }

  @Test
  void whenNeitherPasswordIsRightTheStepFails() throws Exception {
    nextPassword(AWKWARD);
    values.put("dev-database-credentials/password", "wrong");

    var ended = run(Step.DATABASE_PASSWORD, "");

    assertThat(ended.status()).isNotZero();
    sql("COPY runner TO '/dev/null'");
  }

  private void nextPassword(String next) {
    var credentials = new HashMap<>(inputs.credentials().byName());
    credentials.put(
        Credential.DATABASE_PASSWORD_NEXT,
        new CredentialRef("dev-database-credentials", "passwordNext", "d"));
    values.put("dev-database-credentials/passwordNext", next);
    inputs =
        new Inputs(
            inputs.name(),
            inputs.namespace(),
            inputs.spec(),
            inputs.endpoints(),
            inputs.images(),
            new Credentials(
                credentials, inputs.credentials().runnerTokens(), inputs.credentials().dexUsers()),
            inputs.cluster(),
            inputs.progress(),
            inputs.runners());
  }

  @Test
  void aVerifiedExternalDatabaseIsVerifiedByTheAuthoritiesThatTheApiTrusts() {
    inputs =
        PlatformInputs.of(
            """
            database:
              type: External
              external:
                host: db.example.org
                tls: VerifyFull
                credentialsSecretRef: {name: n, usernameKey: u, passwordKey: p}
            """);
    var pod = job(Step.ADMIN_KEY, "").getSpec().getTemplate().getSpec();

    assertThat(pod.getInitContainers().getFirst().getCommand()).startsWith("node", "-e");
    var env = new LinkedHashMap<String, String>();
    pod.getContainers().getFirst().getEnv().forEach(v -> env.put(v.getName(), v.getValue()));
    assertThat(env)
        .containsEntry("PGHOST", "db.example.org")
        .containsEntry("PGSSLMODE", "verify-full")
        .containsEntry("PGSSLROOTCERT", "/run/daytona/roots/ca.pem");
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .anyMatch(mount -> mount.getMountPath().equals("/run/daytona/roots"));
  }

  private Job job(Step step, String subject) {
    return StepJobs.render(inputs, step, subject, "dev-" + step.id() + "-1");
  }

  private void applied(Step step, String subject) throws Exception {
    var ended = run(step, subject);
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).doesNotContain(AWKWARD);
  }

  /** Not even a new version of a row, which is what xmin tells. */
  private void unchangedWhenAppliedAgain(Step step, String subject, String table) throws Exception {
    var versions = "SELECT xmin, * FROM " + table + " ORDER BY 2";
    var before = sql(versions);
    applied(step, subject);
    assertThat(sql(versions)).isEqualTo(before);
  }

  private PostgresServer.Ended run(Step step, String subject) throws Exception {
    return JobRun.run(job(step, subject), values, directory, server);
  }

  private static String sql(String sql) throws Exception {
    return server.sql(OWNER, DATABASE, sql);
  }

  private static String sha256(String text) throws Exception {
    var digest = java.security.MessageDigest.getInstance("SHA-256");
    return java.util.HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
