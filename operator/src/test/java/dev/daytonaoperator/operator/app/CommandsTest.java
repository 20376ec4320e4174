package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

  private static final String HEAD =
      """
      apiVersion: daytona-operator.dev/v1alpha1
      kind: DaytonaInstallation
      metadata: {name: daytona, namespace: daytona}
      """;
  private static final String WITH_DATABASE_PASSWORD =
      HEAD
          + """
          spec: {database: {bundled: {passwordSecretRef: {name: mine, key: pw}}}}
          """;
  private static final String SECRET =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: mine}
      stringData: {pw: "the:given\\\\password"}
      """;

  private static CommandRun render(String spec) {
    return CommandRun.reading(HEAD + spec, "render", "-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rendr",
        "render",
        "render a b",
        "render --with-secrets",
        "images",
        "images a b",
        "version please",
        "run fast"
      })
  void wrong_arguments_show_the_usage(String line) {
    var run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).startsWith("usage: ");
    assertThat(run.output()).isEmpty();
  }

  @Test
  void help_is_no_mistake() {
    var run = CommandRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).startsWith("usage: ").contains("render", "images", "version");
  }

  @Test
  void the_version_is_the_builds() {
    assertThat(CommandRun.of("version").output()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spec: {api: {replicas: "2"}}               | spec.api.replicas: must be of type integer, is "2"
          spec: {api: {replica: 2}}                  | spec.api.replica: unknown field
          spec: {api: {replicas: 99}}                | spec.api.replicas: must be at most 20
          spec: {mode: Slow}                         | spec.mode: 'Slow' must be one of Paused, Running, Stopped
          spec: {runners: [{replicas: 1}]}           | spec.runners[0].name: is required
          spec: {runners: [{name: a}, {name: a}]}    | spec.runners[1]: duplicate of an earlier entry: ["a"]
          spec: {runners: [{name: A}]}               | spec.runners[0].name: 'A' must match
          spec: {runners: {name: a}}                 | spec.runners: must be of type array, is object
          spec: {mail: {type: Smtp}}                 | spec.mail.smtp: is required here
          spec: {database: {type: External}}         | spec.database.external: is required here
          spec: {exposure: {type: Ingress}}          | spec.exposure.domain: is required here
          spec: {version: v0.1.0}                    | spec.version 'v0.1.0' is not one of
          spec: []                                   | spec: must be an object
          spek: {}                                   | spek: unknown field
          spec: {mode: Running, mode: Paused}        | line 4: Duplicate field 'mode'
          spec: {mode                                | line
          """)
  void what_is_wrong_is_named_with_its_place(String spec, String says) {
    var run = render(spec);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).startsWith("-: ").contains(says);
    assertThat(run.output()).isEmpty();
  }

  @Test
  void everything_that_is_wrong_is_named_at_once() {
    assertThat(render("spec: {nope: 1, mode: Slow, api: {replicas: 0}}").errors().lines())
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Daytona", "-x", "a.b", "a--b", "name-of-21-characters"})
  void names_are_checked(String name) {
    var run =
        CommandRun.reading(
            (HEAD + "spec: {}").replace("{name: daytona,", "{name: " + name + ","), "render", "-");
    assertThat(run.errors()).contains("metadata.name: must be at most 20");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void another_kind_is_refused() {
    var run = CommandRun.reading("apiVersion: v1\nkind: ConfigMap\n", "images", "-");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("exactly one DaytonaInstallation, holds 0");
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    var run = CommandRun.of("render", "/no/such/file");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).startsWith("/no/such/file: ");
  }

  @Test
  void values_of_secrets_are_left_out() {
    var run = CommandRun.reading(WITH_DATABASE_PASSWORD + SECRET, "render", "-");
    assertThat(run.output())
        .contains("kind: Secret")
        .contains("apiKey: <redacted>")
        .doesNotContain("the:given")
        .doesNotContainPattern("(?m)^  (apiKey|token|password): (?!<redacted>)");
  }

  @Test
  void values_of_secrets_are_there_when_asked_for_and_follow_from_the_given_ones() {
    var run = CommandRun.reading(WITH_DATABASE_PASSWORD + SECRET, "render", "-", "--with-secrets");
    assertThat(run.errors()).isEmpty();
    assertThat(Manifested.of(run.output()).value("daytona-pgadmin-credentials", "pgpass"))
        .endsWith(":the\\:given\\\\password");
  }

  @Test
  void a_secret_that_is_not_in_the_file_is_assumed_and_named() {
    var run = CommandRun.reading(WITH_DATABASE_PASSWORD, "render", "--with-secrets", "-");
    assertThat(run.exitCode()).isZero();
    assertThat(run.errors()).contains("Secret mine is not in the file: assumed");
  }

  @Test
  void a_secret_that_lacks_a_key_is_a_mistake() {
    var run =
        CommandRun.reading(WITH_DATABASE_PASSWORD + SECRET.replace("pw:", "other:"), "render", "-");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors())
        .contains("spec.database.bundled.passwordSecretRef: Secret mine, key pw, does not exist");
  }

  @Test
  void secrets_differ_each_time_the_rest_does_not() {
    var first = CommandRun.reading(HEAD + "spec: {}", "render", "-", "--with-secrets");
    var second = CommandRun.reading(HEAD + "spec: {}", "render", "-", "--with-secrets");
    assertThat(Manifested.of(first.output()).secret("daytona-admin"))
        .isNotEqualTo(Manifested.of(second.output()).secret("daytona-admin"));
    assertThat(render("spec: {}")).isEqualTo(render("spec: {}"));
  }

  @Test
  void the_cluster_domain_is_a_setting() {
    var run =
        CommandRun.with(
            Map.of("DAYTONA_OPERATOR_CLUSTER_DOMAIN", "k8s.example.org"),
            HEAD + "spec: {}",
            "render",
            "-");
    assertThat(run.output())
        .contains("daytona-database.daytona.svc.k8s.example.org")
        .doesNotContain("cluster.local");
  }

  @Test
  void images_are_sorted_and_unique_and_complete() {
    var run = CommandRun.reading(HEAD + "spec: {}", "images", "-");
    var images = run.output().lines().toList();
    assertThat(images).isSorted().doesNotHaveDuplicates().hasSize(16);
    assertThat(images)
        .contains("daytonaio/sandbox:v0.185.0-amd64") // what every sandbox starts from
        .anyMatch(image -> image.contains("/minio/mc:")) // the bucket Job
        .noneMatch(image -> image.endsWith(":latest"));
  }

  @Test
  void a_mirror_rewrites_every_image_of_a_pod() {
    var run =
        CommandRun.reading(
            HEAD + "spec: {runners: [], images: {registry: mirror.example.org/x}}", "images", "-");
    assertThat(run.output().lines()).allMatch(image -> image.startsWith("mirror.example.org/x/"));
  }
}
