package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiComponentTest {

  /** Contract 11: those that it needs to boot, then those without which it is of no use. */
  private static final List<String> NEEDED =
      List.of(
          "PORT",
          "DB_HOST",
          "DB_USERNAME",
          "DB_PASSWORD",
          "DB_DATABASE",
          "REDIS_HOST",
          "REDIS_PORT",
          "REDIS_PASSWORD",
          "OIDC_ISSUER_BASE_URL",
          "DASHBOARD_URL",
          "ENCRYPTION_KEY",
          "ENCRYPTION_SALT",
          "ADMIN_API_KEY",
          "TRANSIENT_REGISTRY_URL",
          "TRANSIENT_REGISTRY_ADMIN",
          "TRANSIENT_REGISTRY_PASSWORD",
          "TRANSIENT_REGISTRY_PROJECT_ID",
          "INTERNAL_REGISTRY_URL",
          "INTERNAL_REGISTRY_ADMIN",
          "INTERNAL_REGISTRY_PASSWORD",
          "INTERNAL_REGISTRY_PROJECT_ID",
          "PROXY_API_KEY",
          "SSH_GATEWAY_API_KEY",
          "PROXY_TEMPLATE_URL",
          "DEFAULT_SNAPSHOT",
          "ENVIRONMENT",
          "OIDC_CLIENT_ID",
          "OIDC_AUDIENCE",
          "HEALTH_CHECK_API_KEY",
          "PROXY_DOMAIN",
          "PROXY_PROTOCOL");

  private static final String LEAST =
      """
      sshGateway: {type: Disabled}
      objectStorage: {type: Disabled}
      mail: {type: Disabled}
      tracing: {type: Disabled}
      runners: []
      """;

  @ParameterizedTest
  @ValueSource(strings = {"{}", LEAST})
  void nothingThatItNeedsIsMissingOrEmpty(String yaml) {
    var env = api(yaml).env();

    assertThat(env).containsKeys(NEEDED.toArray(String[]::new));
    NEEDED.forEach(name -> assertThat(env.get(name)).as(name).isNotBlank());
  }

  @Test
  void onlyWhatMustBeDefinedIsEmpty() {
    assertThat(empty(api("{}")))
        .containsExactlyInAnyOrder("POSTHOG_API_KEY", "DASHBOARD_BASE_API_URL");
    assertThat(empty(api(LEAST)))
        .containsExactlyInAnyOrder(
            "POSTHOG_API_KEY",
            "DASHBOARD_BASE_API_URL",
            "DEFAULT_RUNNER_NAME",
            "SMTP_HOST",
            "S3_ENDPOINT",
            "S3_STS_ENDPOINT",
            "S3_REGION",
            "S3_ACCESS_KEY",
            "S3_SECRET_KEY",
            "S3_DEFAULT_BUCKET",
            "S3_ACCOUNT_ID",
            "S3_ROLE_NAME");
  }

  @Test
  void credentialsAreNeverLiteral() {
    api("{}")
        .env()
        .forEach(
            (name, value) -> {
              if (name.matches(".*(PASSWORD|_API_KEY|SECRET_KEY|ACCESS_KEY|ENCRYPTION_.*)")
                  && !value.isEmpty()) {
                assertThat(value).as(name).startsWith("secret:");
              }
            });
  }

  @Test
  void bearerKeysAreDifferentCredentials() {
    var env = api("{}").env();

    assertThat(
            List.of(
                "SSH_GATEWAY_API_KEY",
                "PROXY_API_KEY",
                "HEALTH_CHECK_API_KEY",
                "ADMIN_API_KEY",
                "DEFAULT_RUNNER_API_KEY",
                "ENCRYPTION_KEY",
                "ENCRYPTION_SALT"))
        .extracting(env::get)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "1,false,1,Recreate",
    "3,false,1,Recreate",
    "1,true,1,Recreate",
    "3,true,3,RollingUpdate"
  })
  void oneReplicaUntilTheDatabaseIsSeeded(
      int wanted, boolean seeded, int replicas, String strategy) {
    var deployment =
        Rendered.of(
                new ApiComponent(), PlatformInputs.of("api: {replicas: " + wanted + "}", seeded))
            .only(Deployment.class);

    assertThat(deployment.getSpec().getReplicas()).isEqualTo(replicas);
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo(strategy);
  }

  @Test
  void seedingOneReplicaChangesNothing() {
    assertThat(new ApiComponent().render(PlatformInputs.of("{}", true)))
        .isEqualTo(new ApiComponent().render(PlatformInputs.of("{}", false)));
  }

  @Test
  void theDashboardIsRewrittenInACopyAndTheRootStaysReadOnly() {
    var api = api("{}");
    var dashboard = "/daytona/dist/apps/dashboard";

    assertThat(api.container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(api.container().getSecurityContext().getPrivileged()).isNull();
    assertThat(api.pod().getSecurityContext().getRunAsUser()).isEqualTo(1000);
    var copy = api.pod().getInitContainers().getFirst();
    assertThat(copy.getImage()).isEqualTo(api.container().getImage());
    assertThat(copy.getCommand().getLast()).isEqualTo("cp -R " + dashboard + "/. /dashboard/");
    var volume =
        api.container().getVolumeMounts().stream()
            .filter(mount -> mount.getMountPath().equals(dashboard))
            .findFirst()
            .orElseThrow();
    assertThat(copy.getVolumeMounts()).extracting("name").contains(volume.getName());
  }

  @Test
  void stoppingTakesNoLongerThanItMust() {
    assertThat(api("{}").pod().getTerminationGracePeriodSeconds()).isEqualTo(30);
  }

  @Test
  void probesAskWhatNeedsNoKeyAndLeaveFiveMinutesToStart() {
    var container = api("{}").container();
    var startup = container.getStartupProbe();

    assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
        .isGreaterThanOrEqualTo(300);
    assertThat(List.of(startup, container.getReadinessProbe(), container.getLivenessProbe()))
        .allSatisfy(probe -> assertThat(probe.getHttpGet().getPath()).isEqualTo("/api/health"));
  }

  @Test
  void theFirstRunnerIsSeededAndNeverAGpuRunner() {
    assertThat(api("{}").env())
        .containsEntry("DEFAULT_RUNNER_NAME", "default-0")
        .containsEntry("DEFAULT_RUNNER_API_KEY", "secret:dev-runner-default-0-token/token")
        .containsEntry("DEFAULT_RUNNER_API_VERSION", "2");
    assertThat(api("runners: [{name: gpu, gpu: {}}, {name: cpu}]").env())
        .containsEntry("DEFAULT_RUNNER_NAME", "cpu-0");
    assertThat(api("runners: [{name: gpu, gpu: {}}]").env())
        .containsEntry("DEFAULT_RUNNER_NAME", "")
        .doesNotContainKey("DEFAULT_RUNNER_API_KEY");
  }

  @Test
  void withoutAGatewayItsKeyIsStillDefined() {
    assertThat(api("sshGateway: {type: Disabled}").env())
        .containsKey("SSH_GATEWAY_API_KEY")
        .doesNotContainKeys("SSH_GATEWAY_URL", "SSH_GATEWAY_PUBLIC_KEY");
  }

  @ParameterizedTest
  @CsvSource({"Disabled,false,false", "Require,true,false", "VerifyFull,true,true"})
  void anExternalDatabase(String tls, String enabled, String verified) {
    var env = api("database: {type: External, external: {host: pg.io, tls: " + tls + "}}").env();

    assertThat(env)
        .containsAllEntriesOf(
            Map.of(
                "DB_HOST", "pg.io",
                "DB_PORT", "5432",
                "DB_USERNAME", "secret:dev-database-credentials/username",
                "DB_TLS_ENABLED", enabled,
                "DB_TLS_REJECT_UNAUTHORIZED", verified));
  }

  @Test
  void anExternalCacheWithoutCredentialsGetsNone() {
    assertThat(api("cache: {type: External, external: {host: redis.io, tls: Enabled}}").env())
        .containsEntry("REDIS_TLS", "true")
        .doesNotContainKeys("REDIS_PASSWORD", "REDIS_USERNAME");
  }

  @Test
  void mailThroughARelay() {
    assertThat(api("mail: {type: Smtp, smtp: {host: m.io, security: Tls, from: a@m.io}}").env())
        .containsEntry("SMTP_HOST", "m.io")
        .containsEntry("SMTP_PORT", "587")
        .containsEntry("SMTP_SECURE", "true")
        .containsEntry("SMTP_EMAIL_FROM", "a@m.io")
        .doesNotContainKeys("SMTP_USER", "SMTP_PASSWORD");
  }

  @Test
  void tracesGoToTheCollectorAndTheUsersHeadersNoFurther() {
    var env = api("tracing: {type: Otlp, otlp: {endpoint: 'https://otel.io'}}").env();

    assertThat(env)
        .containsEntry("OTEL_ENABLED", "true")
        .containsEntry(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://dev-otel-collector.ns.svc.cluster.local:4318")
        .doesNotContainKey("OTEL_EXPORTER_OTLP_HEADERS");
    assertThat(api("tracing: {type: Disabled}").env())
        .containsEntry("OTEL_ENABLED", "false")
        .doesNotContainKey("OTEL_EXPORTER_OTLP_ENDPOINT");
  }

  @Test
  void adminQuotasLetTheAdminKeyWork() {
    assertThat(api("{}").env())
        .containsEntry("ADMIN_TOTAL_CPU_QUOTA", "100")
        .containsEntry("ADMIN_MAX_CPU_PER_SANDBOX", "16")
        .containsEntry("DEFAULT_ORG_QUOTA_TOTAL_CPU_QUOTA", "10")
        .containsEntry("DEFAULT_ORG_QUOTA_VOLUME_QUOTA", "100");
  }

  private static Rendered api(String yaml) {
    return Rendered.of(new ApiComponent(), PlatformInputs.of(yaml));
  }

  private static List<String> empty(Rendered api) {
    return api.env().entrySet().stream()
        .filter(entry -> entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }
}
