package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * The OpenTelemetry collector through which traces and metrics of API and runners go: to Jaeger, or
 * to the user's own endpoint, whose headers then are known to this pod alone and not to runners,
 * which run foreign code (contract 6.6).
 */
final class OtelCollectorComponent implements Component {

  /** User of the image. */
  private static final int OTEL = 10001;

  private static final int HEALTH_PORT = 13133;
  private static final String CONFIG_DIRECTORY = "/etc/daytona-otel";

  private static final String CONFIG =
      """
      extensions:
        health_check:
          endpoint: 0.0.0.0:%d
      receivers:
        otlp:
          protocols:
            grpc:
              endpoint: 0.0.0.0:%d
            http:
              endpoint: 0.0.0.0:%d
      processors:
        memory_limiter:
          check_interval: 1s
          limit_percentage: 80
          spike_limit_percentage: 20
        batch: {}
      exporters:
      %s
        prometheus:
          endpoint: 0.0.0.0:%d
          namespace: otel
      service:
        extensions: [health_check]
        pipelines:
          traces:
            receivers: [otlp]
            processors: [memory_limiter, batch]
            exporters: [%s]
          metrics:
            receivers: [otlp]
            processors: [memory_limiter, batch]
            exporters: [prometheus]
          logs:
            receivers: [otlp]
            processors: [memory_limiter, batch]
            exporters: [%s]
      """;

  private record Exporters(String definition, String traces, String logs) {}

  @Override
  public ComponentName name() {
    return ComponentName.OTEL_COLLECTOR;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().tracing().type()) {
      case Disabled -> List.of();
      case Jaeger -> collector(inputs, toJaeger(inputs));
      case Otlp -> collector(inputs, toEndpoint(inputs.spec()));
    };
  }

  private static Exporters toJaeger(Inputs inputs) {
    var jaeger = inputs.serviceHost(ServiceNames.of(inputs.name(), ComponentName.JAEGER));
    return new Exporters(
        """
        otlp:
          endpoint: %s:%d
          tls:
            insecure: true
        nop: {}\
        """
            .formatted(jaeger, ServiceNames.OTLP_GRPC_PORT),
        "otlp",
        // Jaeger keeps no logs
        "nop");
  }

  private static Exporters toEndpoint(DaytonaInstallationSpec spec) {
    var otlp = spec.tracing().otlp();
    var exporter =
        """
        otlphttp:
          endpoint: %s\
        """
            .formatted(otlp.endpoint());
    // the variable's text is read as YAML: a map of headers
    var headers = otlp.headersSecretRef() == null ? "" : "\n  headers: ${env:OTLP_HEADERS}";
    return new Exporters(exporter + headers, "otlphttp", "otlphttp");
  }

  private List<HasMetadata> collector(Inputs inputs, Exporters exporters) {
    var identity = Identity.of(inputs, name());
    var config =
        ConfigMaps.of(
            identity,
            Map.of(
                "config.yaml",
                CONFIG.formatted(
                    HEALTH_PORT,
                    ServiceNames.OTLP_GRPC_PORT,
                    ServiceNames.OTLP_HTTP_PORT,
                    exporters.definition().indent(2).stripTrailing(),
                    ServiceNames.COLLECTOR_METRICS_PORT,
                    exporters.traces(),
                    exporters.logs())));
    var pod =
        PodTemplate.of(inputs, name())
            .runAs(OTEL, OTEL)
            .container(
                "otel-collector",
                Image.OTEL_COLLECTOR,
                c -> {
                  container(c.configDirectory(CONFIG_DIRECTORY, config));
                  inputs
                      .credentials()
                      .find(Credential.OTLP_HEADERS)
                      .filter(ref -> exporters.definition().contains("OTLP_HEADERS"))
                      .ifPresent(ref -> c.secretEnv("OTLP_HEADERS", ref));
                });
    return List.of(
        config,
        Services.service(
            inputs,
            name(),
            new Port("otlp-grpc", ServiceNames.OTLP_GRPC_PORT),
            new Port("otlp-http", ServiceNames.OTLP_HTTP_PORT),
            new Port("metrics", ServiceNames.COLLECTOR_METRICS_PORT)),
        Workloads.deployment(inputs, identity, 1, Rollout.ROLLING, pod));
  }

  private static void container(ContainerSpec c) {
    var healthy = Probes.http("/", HEALTH_PORT);
    c.args("--config", CONFIG_DIRECTORY + "/config.yaml")
        .env("GOMEMLIMIT", "400MiB")
        .writable("/tmp")
        .port("otlp-grpc", ServiceNames.OTLP_GRPC_PORT)
        .port("otlp-http", ServiceNames.OTLP_HTTP_PORT)
        .port("metrics", ServiceNames.COLLECTOR_METRICS_PORT)
        .port("health", HEALTH_PORT)
        .readiness(healthy)
        .liveness(healthy)
        .requests("20m", "128Mi")
        .memoryLimit("512Mi");
  }
}
