package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;

/** A runner's variables (contract 1.7), and those of its start script. */
final class RunnerEnvironment {

  private RunnerEnvironment() {}

  static void set(ContainerSpec container, Inputs inputs, RunnerPool pool, RunnerIdentity runner) {
    identity(container, inputs, runner);
    sandboxes(container, pool);
    objectStorage(container, inputs);
    ssh(container, inputs);
    var tracing = inputs.endpoints().otlpHttp().isPresent();
    container.env("OTEL_TRACING_ENABLED", tracing).env("OTEL_LOGGING_ENABLED", tracing);
    ServerAccess.traces(container, inputs);
  }

  private static void identity(ContainerSpec container, Inputs inputs, RunnerIdentity runner) {
    var service = ServiceNames.of(inputs.name(), ComponentName.RUNNER);
    container
        .fieldEnv("POD_NAME", "metadata.name")
        // Advertised to API, proxy and gateway: the pod itself, never a balanced address (T23).
        .env("RUNNER_DOMAIN", "$(POD_NAME)." + inputs.serviceHost(service))
        .env("DAYTONA_API_URL", inputs.endpoints().internalApi())
        .secretEnv("DAYTONA_RUNNER_TOKEN", inputs.credentials().runnerToken(runner))
        .env("API_PORT", ServiceNames.RUNNER_API_PORT)
        .env("API_VERSION", 2)
        // Stale after 60 s; the default of 30 forgives no lost beat (T25).
        .env("HEALTHCHECK_INTERVAL", "10s")
        .env("ENVIRONMENT", "production")
        .env("LOG_LEVEL", "info")
        // Only its directory counts: build logs go there, onto the runner's disk.
        .env("LOG_FILE_PATH", RunnerComponent.DATA + "/daytona-runner/runner.log");
  }

  private static void sandboxes(ContainerSpec container, RunnerPool pool) {
    container
        .env("RESOURCE_LIMITS_DISABLED", pool.resourceLimits() == RunnerPool.Limits.Disabled)
        .env("USE_SNAPSHOT_ENTRYPOINT", pool.useSnapshotEntrypoint())
        .env(
            "INTER_SANDBOX_NETWORK_ENABLED",
            pool.interSandboxTraffic() == RunnerPool.Traffic.Allowed)
        .env("SANDBOX_SUBNET", pool.sandboxNetwork().subnet())
        .env("GPU_ENABLED", pool.gpu() != null);
    if (pool.sandboxNetwork().mtu() != null) {
      container.env("SANDBOX_MTU", pool.sandboxNetwork().mtu());
    }
  }

  /** A user who may use the bucket and no more: foreign code runs in this pod. */
  private static void objectStorage(ContainerSpec container, Inputs inputs) {
    ObjectStorageAccount.of(inputs)
        .ifPresent(
            account ->
                container
                    .env("AWS_ENDPOINT_URL", endpoint(inputs))
                    .env("AWS_REGION", account.region())
                    .env("AWS_DEFAULT_BUCKET", account.bucket())
                    .secretEnv("AWS_ACCESS_KEY_ID", Credential.OBJECT_STORAGE_ACCESS_KEY)
                    .secretEnv("AWS_SECRET_ACCESS_KEY", Credential.OBJECT_STORAGE_SECRET_KEY));
  }

  /** Never the public one: the runner speaks plain HTTP whatever the scheme (contract 6.5). */
  private static String endpoint(Inputs inputs) {
    return inputs.spec().objectStorage().type() == ObjectStorage.Type.Bundled
        ? "http://"
            + inputs.serviceHost(ServiceNames.of(inputs.name(), ComponentName.OBJECT_STORAGE))
            + ":"
            + ServiceNames.MINIO_PORT
        : inputs.endpoints().objectStorage().orElseThrow();
  }

  private static void ssh(ContainerSpec container, Inputs inputs) {
    var enabled = Installed.has(inputs.spec(), ComponentName.SSH_GATEWAY);
    container.env("SSH_GATEWAY_ENABLE", enabled);
    if (enabled) {
      container
          .env("SSH_GATEWAY_PORT", ServiceNames.RUNNER_SSH_PORT)
          .secretEnv("SSH_PUBLIC_KEY", Credential.SSH_GATEWAY_PUBLIC_KEY);
    }
  }
}
