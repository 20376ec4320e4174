package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.Mail;
import dev.daytonaoperator.api.v1alpha1.Sandboxes;
import java.util.List;

/**
 * The API's variables (contract 1.1 to 1.4). "Absent" and "empty" differ there: a variable is set
 * to empty only where the API must find it defined, or where the image brings a value of its own.
 */
final class ApiEnvironment {

  private static final String REGISTRY_PROJECT = "daytona";

  private final ContainerSpec container;
  private final Inputs inputs;

  private ApiEnvironment(ContainerSpec container, Inputs inputs) {
    this.container = container;
    this.inputs = inputs;
  }

  static void set(ContainerSpec container, Inputs inputs) {
    var environment = new ApiEnvironment(container, inputs);
    environment.process();
    ServerAccess.database(container, inputs);
    ServerAccess.cache(container, inputs);
    environment.login();
    environment.dashboard();
    environment.keys();
    environment.proxy();
    environment.sshGateway();
    environment.registry("TRANSIENT_REGISTRY_");
    environment.registry("INTERNAL_REGISTRY_");
    environment.objectStorage();
    environment.sandboxes();
    environment.quotas();
    environment.defaultRunner();
    environment.mail();
    environment.tracing();
  }

  private void process() {
    container
        .env("NODE_ENV", "production")
        .env("ENVIRONMENT", "production")
        .env("PORT", ServiceNames.API_PORT)
        .env("VERSION", inputs.progress().apiVersion())
        .env("LOG_LEVEL", inputs.spec().api().logLevel().name())
        // Jobs migrate: there is no lock, and contract steps break old pods (T8).
        .env("RUN_MIGRATIONS", false)
        .env("MAX_AUTO_ARCHIVE_INTERVAL", inputs.spec().api().maxAutoArchiveIntervalMinutes())
        // Nothing is reported to anybody (T37).
        .env("POSTHOG_API_KEY", "");
  }

  private void login() {
    var client = OidcClient.of(inputs);
    container
        .env("OIDC_ISSUER_BASE_URL", inputs.endpoints().internalIssuer())
        .env("PUBLIC_OIDC_DOMAIN", inputs.endpoints().publicIssuer())
        .env("OIDC_CLIENT_ID", client.id())
        .env("OIDC_AUDIENCE", client.audience())
        .env(
            "SKIP_USER_EMAIL_VERIFICATION",
            inputs.spec().auth().emailVerification() == Auth.EmailVerification.Skipped);
  }

  private void dashboard() {
    container
        .env("DASHBOARD_URL", inputs.endpoints().dashboard())
        // The same origin, whatever the host is called (contract 1.3).
        .env("DASHBOARD_BASE_API_URL", "");
  }

  /** Pairwise different: the first of them that matches decides the caller's role (T5). */
  private void keys() {
    container
        .secretEnv("ENCRYPTION_KEY", Credential.ENCRYPTION_KEY)
        .secretEnv("ENCRYPTION_SALT", Credential.ENCRYPTION_SALT)
        .firstSecretEnv("ADMIN_API_KEY", Credential.ADMIN_API_KEY)
        .secretEnv("PROXY_API_KEY", Credential.PROXY_API_KEY)
        // Also without a gateway: undefined, every API key is refused (T4).
        .secretEnv("SSH_GATEWAY_API_KEY", Credential.SSH_GATEWAY_API_KEY)
        .secretEnv("HEALTH_CHECK_API_KEY", Credential.HEALTH_CHECK_API_KEY);
  }

  private void proxy() {
    var endpoints = inputs.endpoints();
    container
        .env("PROXY_DOMAIN", endpoints.proxyDomain())
        .env("PROXY_PROTOCOL", endpoints.proxyProtocol())
        .env("PROXY_TOOLBOX_BASE_URL", endpoints.toolboxBaseUrl())
        // Only echoed, but /api/config fails without it (T6).
        .env(
            "PROXY_TEMPLATE_URL",
            endpoints.proxyProtocol() + "://{{PORT}}-{{sandboxId}}." + endpoints.proxyDomain());
  }

  private void sshGateway() {
    inputs
        .endpoints()
        .ssh()
        .ifPresent(
            ssh ->
                container
                    .env("SSH_GATEWAY_URL", ssh.toString())
                    .env("SSH_GATEWAY_COMMAND", "ssh -p " + ssh.port() + " {{TOKEN}}@" + ssh.host())
                    .secretEnv("SSH_GATEWAY_PUBLIC_KEY", Credential.SSH_GATEWAY_PUBLIC_KEY));
  }

  /** Read at the first boot only; an empty one would be skipped with a warning (contract 1.1). */
  private void registry(String prefix) {
    var registry = inputs.spec().registry();
    var project =
        switch (registry.type()) {
          case Bundled -> REGISTRY_PROJECT;
          case External -> registry.external().project();
        };
    container
        .env(prefix + "URL", inputs.endpoints().registryUrl())
        .firstSecretEnv(prefix + "ADMIN", Credential.REGISTRY_USERNAME)
        .firstSecretEnv(prefix + "PASSWORD", Credential.REGISTRY_PASSWORD)
        .env(prefix + "PROJECT_ID", project);
  }

  /** All eight are always defined; an empty endpoint switches the feature off (T10, T31). */
  private void objectStorage() {
    var endpoints = inputs.endpoints();
    container
        .env("S3_ENDPOINT", endpoints.objectStorage().orElse(""))
        .env("S3_STS_ENDPOINT", endpoints.objectStorageSts().orElse(""));
    ObjectStorageAccount.of(inputs)
        .ifPresentOrElse(
            account ->
                container
                    .env("S3_REGION", account.region())
                    .env("S3_DEFAULT_BUCKET", account.bucket())
                    .env("S3_ACCOUNT_ID", account.accountId())
                    .env("S3_ROLE_NAME", account.roleName())
                    .secretEnv("S3_ACCESS_KEY", Credential.OBJECT_STORAGE_ACCESS_KEY)
                    .secretEnv("S3_SECRET_KEY", Credential.OBJECT_STORAGE_SECRET_KEY),
            () ->
                List.of(
                        "S3_REGION",
                        "S3_DEFAULT_BUCKET",
                        "S3_ACCOUNT_ID",
                        "S3_ROLE_NAME",
                        "S3_ACCESS_KEY",
                        "S3_SECRET_KEY")
                    .forEach(name -> container.env(name, "")));
  }

  private void sandboxes() {
    var sandboxes = inputs.spec().sandboxes();
    var region = sandboxes.defaultRegion();
    var scheduling = sandboxes.scheduling();
    container
        .env("DEFAULT_SNAPSHOT", sandboxes.defaultSnapshot())
        .env("DEFAULT_REGION_ID", region.id())
        .env("DEFAULT_REGION_NAME", region.name())
        .env(
            "DEFAULT_REGION_ENFORCE_QUOTAS",
            region.quotas() == Sandboxes.Region.Enforcement.Enforced)
        .env("RUNNER_AVAILABILITY_SCORE_THRESHOLD", scheduling.availabilityScoreThreshold())
        .env("RUNNER_INITIAL_RUNNER_SCORE_ADDON", scheduling.initialRunnerScoreAddon())
        .env("RUNNER_START_SCORE_THRESHOLD", scheduling.startScoreThreshold())
        .env("RUNNER_DISK_PENALTY_THRESHOLD", scheduling.diskPenaltyThreshold())
        .env("RUNNER_MEMORY_PENALTY_THRESHOLD", scheduling.memoryPenaltyThreshold());
  }

  private void quotas() {
    quotas("DEFAULT_ORG_QUOTA_", inputs.spec().sandboxes().quotas());
    quotas("ADMIN_", inputs.spec().sandboxes().adminQuotas());
  }

  private void quotas(String prefix, Sandboxes.Quotas quotas) {
    container
        .env(prefix + "TOTAL_CPU_QUOTA", quotas.totalCpu())
        .env(prefix + "TOTAL_MEMORY_QUOTA", quotas.totalMemoryGiB())
        .env(prefix + "TOTAL_DISK_QUOTA", quotas.totalDiskGiB())
        .env(prefix + "MAX_CPU_PER_SANDBOX", quotas.maxCpuPerSandbox())
        .env(prefix + "MAX_MEMORY_PER_SANDBOX", quotas.maxMemoryGiBPerSandbox())
        .env(prefix + "MAX_DISK_PER_SANDBOX", quotas.maxDiskGiBPerSandbox())
        .env(prefix + "SNAPSHOT_QUOTA", quotas.snapshots())
        .env(prefix + "MAX_SNAPSHOT_SIZE", quotas.maxSnapshotSizeGiB())
        .env(prefix + "VOLUME_QUOTA", quotas.volumes());
  }

  /** Without any, empty means no seeding. */
  private void defaultRunner() {
    var runner = SeededRunner.of(inputs);
    container.env("DEFAULT_RUNNER_NAME", runner.map(RunnerIdentity::name).orElse(""));
    runner.ifPresent(
        it ->
            container
                .env("DEFAULT_RUNNER_API_VERSION", 2)
                .firstSecretEnv("DEFAULT_RUNNER_API_KEY", inputs.credentials().rowToken(it)));
  }

  private void mail() {
    var mail = inputs.spec().mail();
    // Empty switches mail off.
    container.env("SMTP_HOST", inputs.endpoints().smtp().map(it -> it.host()).orElse(""));
    inputs.endpoints().smtp().ifPresent(relay -> container.env("SMTP_PORT", relay.port()));
    switch (mail.type()) {
      case MailDev ->
          container
              .env("SMTP_SECURE", false)
              .env(
                  "SMTP_EMAIL_FROM",
                  "Daytona <no-reply@"
                      + PublicAddresses.of(inputs.spec().exposure()).apiHost()
                      + ">");
      case Smtp -> {
        var relay = mail.smtp();
        container
            .env("SMTP_SECURE", relay.security() == Mail.Smtp.Security.Tls)
            .env("SMTP_EMAIL_FROM", relay.from());
        if (relay.user() != null) {
          container.env("SMTP_USER", relay.user());
        }
        if (relay.passwordSecretRef() != null) {
          container.secretEnv("SMTP_PASSWORD", Credential.SMTP_PASSWORD);
        }
      }
      case Disabled -> {}
    }
  }

  private void tracing() {
    container.env("OTEL_ENABLED", inputs.endpoints().otlpHttp().isPresent());
    ServerAccess.traces(container, inputs);
  }
}
