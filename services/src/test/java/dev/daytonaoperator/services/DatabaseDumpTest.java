package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The Job that dumps the database and the one that restores it, on a PostgreSQL of packages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseDumpTest {

  private static final String DATABASE = "daytona";
  private static final Path RESTORE = Path.of("../docs/restore-dump.yaml");

  private SocketPostgres server;

  @BeforeAll
  void start() throws Exception {
    var programs = SocketPostgres.programs();
    assumeThat(programs).as("PostgreSQL is installed").isPresent();
    server = SocketPostgres.start(programs.orElseThrow());
  }

  @AfterAll
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private Path dumps;

  @BeforeEach
  void fill(@TempDir Path directory) throws Exception {
    dumps = directory;
    server.sql("postgres", "DROP DATABASE IF EXISTS daytona WITH (FORCE)");
    server.sql("postgres", "CREATE DATABASE daytona");
    server.sql(DATABASE, "CREATE TABLE sandbox (id int PRIMARY KEY, name text)");
    server.sql(
        DATABASE, "INSERT INTO sandbox SELECT i, 'sandbox ' || i FROM generate_series(1, 500) i");
  }

  private static Inputs inputs() {
    var inputs = PlatformInputs.of("{}");
    return new Inputs(
        inputs.name(),
        inputs.namespace(),
        inputs.spec(),
        inputs.endpoints(),
        inputs.images(),
        inputs.credentials(),
        inputs.cluster(),
        new Progress("v0.190.0", true, true),
        inputs.runners());
  }

  private static Container container(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  /** Runs a Job's command line with its variables, here instead of there. */
  private SocketPostgres.Run run(Container container, Map<String, String> instead)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        container.getEnv().stream()
            .filter(e -> e.getValue() != null)
            .collect(
                Collectors.toMap(EnvVar::getName, EnvVar::getValue, (a, b) -> b, HashMap::new));
    environment.remove("PGPORT");
    environment.putAll(server.access(DATABASE));
    environment.put("DUMPS", dumps.toString());
    environment.putAll(instead);
    return server.client(environment, container.getCommand());
  }

  private SocketPostgres.Run dump() throws IOException, InterruptedException {
    return run(container(DatabaseDump.job(inputs(), "dev-database-dump-1")), Map.of());
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(dumps)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_dump_is_named_after_its_time_and_the_version_to_come() throws Exception {
    dump().orThrow();

    assertThat(files())
        .singleElement()
        .asString()
        .matches("\\d{8}T\\d{6}Z_before_v0\\.190\\.0\\.dump");
  }

  @Test
  void what_was_dumped_comes_back_whole() throws Exception {
    dump().orThrow();
    server.sql(DATABASE, "CREATE TABLE of_the_new_version (id int)");
    server.sql(DATABASE, "ALTER TABLE sandbox DROP COLUMN name");

    var restored = run(restoring(), Map.of("DUMP", files().getFirst()));

    assertThat(restored.status()).as(restored.output()).isZero();
    assertThat(server.sql(DATABASE, "SELECT count(*), max(name) FROM sandbox"))
        .isEqualTo("500|sandbox 99");
    assertThat(server.sql(DATABASE, "SELECT to_regclass('of_the_new_version') IS NULL"))
        .isEqualTo("t");
    assertThat(server.sql("postgres", "SELECT datname FROM pg_database ORDER BY 1"))
        .doesNotContain("restored");
  }

  @Test
  void a_dump_that_cannot_be_read_replaces_nothing() throws Exception {
    dump().orThrow();
    var dump = dumps.resolve(files().getFirst());
    var bytes = Files.readAllBytes(dump);
    Files.write(dump, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    var restored = run(restoring(), Map.of("DUMP", files().getFirst()));

    assertThat(restored.status()).isNotZero();
    assertThat(server.sql(DATABASE, "SELECT count(*) FROM sandbox")).isEqualTo("500");
  }

  @Test
  void the_newest_three_are_kept() throws Exception {
    for (var old : List.of("20250101T000000Z", "20250201T000000Z", "20250301T000000Z")) {
      Files.writeString(dumps.resolve(old + "_before_v0.189.0.dump"), "an earlier one");
    }

    dump().orThrow();

    assertThat(files()).hasSize(DatabaseDump.KEEP);
    assertThat(files().subList(0, 2))
        .containsExactly(
            "20250201T000000Z_before_v0.189.0.dump", "20250301T000000Z_before_v0.189.0.dump");
  }

  @Test
  void what_an_interrupted_attempt_left_is_removed() throws Exception {
    Files.writeString(dumps.resolve("20250101T000000Z_before_v0.190.0.dump.partial"), "half");

    dump().orThrow();

    assertThat(files()).singleElement().asString().doesNotContain("partial");
  }

  @Test
  void without_the_database_it_fails_and_leaves_the_earlier_ones() throws Exception {
    Files.writeString(dumps.resolve("20250301T000000Z_before_v0.189.0.dump"), "an earlier one");
    server.sql("postgres", "DROP DATABASE daytona WITH (FORCE)");

    assertThat(dump().status()).isNotZero();

    assertThat(files()).contains("20250301T000000Z_before_v0.189.0.dump");
    assertThat(files()).filteredOn(name -> name.endsWith(".dump")).hasSize(1);
  }

  /** ulimit stands in for a full volume: the write fails in the same place. */
  @Test
  void without_room_it_fails_and_names_nothing_a_dump() throws Exception {
    server.sql(
        DATABASE, "CREATE TABLE noise AS SELECT md5(i::text) FROM generate_series(1, 9999) i");
    var container = container(DatabaseDump.job(inputs(), "dev-database-dump-1"));
    container.setCommand(
        List.of("bash", "-c", "ulimit -f 16; trap '' XFSZ\n" + container.getCommand().get(2)));

    assertThat(run(container, Map.of()).status()).isNotZero();

    assertThat(files()).noneMatch(name -> name.endsWith(".dump"));
  }

  @Test
  void the_password_is_in_the_jobs_environment_by_reference_only() {
    assertThat(container(DatabaseDump.job(inputs(), "j")).getEnv())
        .filteredOn(e -> e.getName().equals("PGPASSWORD"))
        .singleElement()
        .matches(e -> e.getValue() == null)
        .extracting(e -> e.getValueFrom().getSecretKeyRef().getName())
        .isEqualTo("dev-database-credentials");
  }

  @Test
  void the_volume_is_there_from_the_first_upgrade_on_and_as_large_as_the_databases() {
    assertThat(Rendered.of(new DatabaseComponent(), PlatformInputs.of("{}")).names())
        .noneMatch(name -> name.contains("dump"));

    assertThat(DatabaseDump.claim(inputs()))
        .singleElement()
        .isInstanceOfSatisfying(
            PersistentVolumeClaim.class,
            claim ->
                assertThat(claim.getSpec().getResources().getRequests())
                    .containsEntry("storage", new Quantity("20Gi")));
  }

  private static Container restoring() throws IOException {
    return container(Serialization.unmarshal(Files.readString(RESTORE), Job.class));
  }
}
