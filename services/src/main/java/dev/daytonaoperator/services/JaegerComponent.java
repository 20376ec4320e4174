package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** Jaeger, all in one: keeps the latest traces in memory and shows them. */
final class JaegerComponent implements Component {

  /** User of the image. */
  private static final int JAEGER = 10001;

  /** Answers for the whole process; not in the Service. */
  private static final int ADMIN_PORT = 14269;

  @Override
  public ComponentName name() {
    return ComponentName.JAEGER;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().tracing().type()) {
      case Otlp, Disabled -> List.of();
      case Jaeger ->
          List.of(
              Services.service(
                  inputs,
                  name(),
                  new Port("otlp-grpc", ServiceNames.OTLP_GRPC_PORT),
                  new Port("http", ServiceNames.JAEGER_UI_PORT)),
              // traces are in the pod: two at a time would each have some of them
              Workloads.deployment(
                  inputs,
                  Identity.of(inputs, name()),
                  1,
                  Rollout.RECREATE,
                  PodTemplate.of(inputs, name())
                      .runAs(JAEGER, JAEGER)
                      .container("jaeger", Image.JAEGER, JaegerComponent::jaeger)));
    };
  }

  private static void jaeger(ContainerSpec c) {
    var healthy = Probes.http("/", ADMIN_PORT);
    c.env("COLLECTOR_OTLP_ENABLED", true)
        .env("COLLECTOR_OTLP_GRPC_HOST_PORT", ":" + ServiceNames.OTLP_GRPC_PORT)
        .env("SPAN_STORAGE_TYPE", "memory")
        // a bound on memory: the oldest go first
        .env("MEMORY_MAX_TRACES", 20_000)
        .env("GOMEMLIMIT", "800MiB")
        .writable("/tmp")
        .port("otlp-grpc", ServiceNames.OTLP_GRPC_PORT)
        .port("http", ServiceNames.JAEGER_UI_PORT)
        .port("admin", ADMIN_PORT)
        .readiness(healthy)
        .liveness(healthy)
        .requests("20m", "128Mi")
        .memoryLimit("1Gi");
  }
}
