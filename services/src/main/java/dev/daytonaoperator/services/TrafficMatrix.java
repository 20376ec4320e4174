package dev.daytonaoperator.services;

import static dev.daytonaoperator.services.TrafficMatrix.Party.API;
import static dev.daytonaoperator.services.TrafficMatrix.Party.BUCKET_JOB;
import static dev.daytonaoperator.services.TrafficMatrix.Party.CACHE;
import static dev.daytonaoperator.services.TrafficMatrix.Party.DATABASE;
import static dev.daytonaoperator.services.TrafficMatrix.Party.DEX;
import static dev.daytonaoperator.services.TrafficMatrix.Party.JAEGER;
import static dev.daytonaoperator.services.TrafficMatrix.Party.MAILDEV;
import static dev.daytonaoperator.services.TrafficMatrix.Party.MIGRATION;
import static dev.daytonaoperator.services.TrafficMatrix.Party.MONITORING;
import static dev.daytonaoperator.services.TrafficMatrix.Party.OBJECT_STORAGE;
import static dev.daytonaoperator.services.TrafficMatrix.Party.OPERATOR;
import static dev.daytonaoperator.services.TrafficMatrix.Party.OTEL_COLLECTOR;
import static dev.daytonaoperator.services.TrafficMatrix.Party.PGADMIN;
import static dev.daytonaoperator.services.TrafficMatrix.Party.PROXY;
import static dev.daytonaoperator.services.TrafficMatrix.Party.REGISTRY;
import static dev.daytonaoperator.services.TrafficMatrix.Party.REGISTRY_UI;
import static dev.daytonaoperator.services.TrafficMatrix.Party.RUNNER;
import static dev.daytonaoperator.services.TrafficMatrix.Party.SSH_GATEWAY;
import static dev.daytonaoperator.services.TrafficMatrix.Party.USERS;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.Exposure;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who opens connections to whom, on which port (contract 0). {@link NetworkPolicies} are made from
 * this table and nothing else, so what is not here does not pass. The kubelet's probes come from
 * the node and need no row.
 */
final class TrafficMatrix {

  /** One allowed direction of connections. */
  record Flow(Party from, Party to, int port) {}

  /** Either end of a flow: a component, a kind of Job, or somebody outside the installation. */
  enum Party {
    API(ComponentName.API),
    PROXY(ComponentName.PROXY),
    SSH_GATEWAY(ComponentName.SSH_GATEWAY),
    RUNNER(ComponentName.RUNNER),
    DEX(ComponentName.DEX),
    DATABASE(ComponentName.DATABASE),
    PGADMIN(ComponentName.PGADMIN),
    CACHE(ComponentName.CACHE),
    REGISTRY(ComponentName.REGISTRY),
    REGISTRY_UI(ComponentName.REGISTRY_UI),
    OBJECT_STORAGE(ComponentName.OBJECT_STORAGE),
    JAEGER(ComponentName.JAEGER),
    OTEL_COLLECTOR(ComponentName.OTEL_COLLECTOR),
    MAILDEV(ComponentName.MAILDEV),
    /** Migrations, and the other Jobs that work on the database. */
    MIGRATION(null),
    BUCKET_JOB(null),
    /** Asks the API how the platform does. */
    OPERATOR(null),
    /** Browsers, SDKs, SSH clients: {@code policies.ingressFrom}, or anybody. */
    USERS(null),
    /** A Prometheus among {@code policies.ingressFrom}. */
    MONITORING(null);

    private final Optional<ComponentName> component;

    Party(@Nullable ComponentName component) {
      this.component = Optional.ofNullable(component);
    }

    Optional<ComponentName> component() {
      return component;
    }
  }

  /** The whole table; rows of parts that an installation does not have fall out in {@link #of}. */
  static final List<Flow> ALL =
      List.of(
          new Flow(USERS, API, ServiceNames.API_PORT),
          new Flow(USERS, PROXY, ServiceNames.PROXY_PORT),
          new Flow(USERS, DEX, ServiceNames.DEX_PORT),
          new Flow(USERS, SSH_GATEWAY, ServiceNames.SSH_GATEWAY_PORT),
          new Flow(USERS, OBJECT_STORAGE, ServiceNames.MINIO_PORT), // SDK uploads, contract 6.5
          new Flow(MONITORING, OTEL_COLLECTOR, ServiceNames.COLLECTOR_METRICS_PORT),
          new Flow(OPERATOR, API, ServiceNames.API_PORT),
          new Flow(API, DATABASE, ServiceNames.DATABASE_PORT),
          new Flow(API, CACHE, ServiceNames.CACHE_PORT),
          new Flow(API, DEX, ServiceNames.DEX_PORT),
          new Flow(API, OBJECT_STORAGE, ServiceNames.MINIO_PORT),
          new Flow(API, REGISTRY, ServiceNames.REGISTRY_PORT),
          new Flow(API, MAILDEV, ServiceNames.MAILDEV_SMTP_PORT),
          new Flow(API, OTEL_COLLECTOR, ServiceNames.OTLP_HTTP_PORT),
          new Flow(API, RUNNER, ServiceNames.RUNNER_API_PORT), // build logs
          new Flow(PROXY, API, ServiceNames.API_PORT),
          new Flow(PROXY, CACHE, ServiceNames.CACHE_PORT),
          new Flow(PROXY, DEX, ServiceNames.DEX_PORT),
          new Flow(PROXY, RUNNER, ServiceNames.RUNNER_API_PORT),
          new Flow(SSH_GATEWAY, API, ServiceNames.API_PORT),
          new Flow(SSH_GATEWAY, RUNNER, ServiceNames.RUNNER_SSH_PORT),
          new Flow(RUNNER, API, ServiceNames.API_PORT),
          new Flow(RUNNER, REGISTRY, ServiceNames.REGISTRY_PORT),
          new Flow(RUNNER, OBJECT_STORAGE, ServiceNames.MINIO_PORT),
          new Flow(RUNNER, OTEL_COLLECTOR, ServiceNames.OTLP_HTTP_PORT),
          new Flow(OTEL_COLLECTOR, JAEGER, ServiceNames.OTLP_GRPC_PORT),
          new Flow(PGADMIN, DATABASE, ServiceNames.DATABASE_PORT),
          new Flow(REGISTRY_UI, REGISTRY, ServiceNames.REGISTRY_PORT),
          new Flow(MIGRATION, DATABASE, ServiceNames.DATABASE_PORT),
          new Flow(BUCKET_JOB, OBJECT_STORAGE, ServiceNames.MINIO_PORT));

  private TrafficMatrix() {}

  /** The rows that this installation needs. */
  static List<Flow> of(Inputs inputs) {
    return ALL.stream()
        .filter(flow -> present(inputs, flow.from()) && present(inputs, flow.to()))
        .filter(flow -> flow.from() != USERS || published(inputs, flow.to()))
        .toList();
  }

  static boolean present(Inputs inputs, Party party) {
    return switch (party) {
      case MIGRATION, OPERATOR, USERS -> true;
      case BUCKET_JOB -> Installed.has(inputs.spec(), ComponentName.OBJECT_STORAGE);
      case MONITORING -> !inputs.spec().network().policies().ingressFrom().isEmpty();
      case API,
          PROXY,
          SSH_GATEWAY,
          RUNNER,
          DEX,
          DATABASE,
          PGADMIN,
          CACHE,
          REGISTRY,
          REGISTRY_UI,
          OBJECT_STORAGE,
          JAEGER,
          OTEL_COLLECTOR,
          MAILDEV ->
          party.component().filter(it -> Installed.has(inputs.spec(), it)).isPresent();
    };
  }

  /**
   * Whether people come by a node port or a load balancer: then from any address, which no peer
   * could name, and not by way of an ingress controller.
   */
  static boolean entersDirectly(DaytonaInstallationSpec spec, Party party) {
    var exposure = spec.exposure();
    return switch (party) {
      case SSH_GATEWAY ->
          switch (exposure.ssh().type()) {
            case ClusterIP -> false;
            case NodePort, LoadBalancer -> true;
          };
      case API, PROXY, DEX ->
          switch (exposure.type()) {
            case Localhost, Ingress -> false;
            case NodePort, LoadBalancer -> true;
          };
      case RUNNER,
          DATABASE,
          PGADMIN,
          CACHE,
          REGISTRY,
          REGISTRY_UI,
          OBJECT_STORAGE,
          JAEGER,
          OTEL_COLLECTOR,
          MAILDEV,
          MIGRATION,
          BUCKET_JOB,
          OPERATOR,
          USERS,
          MONITORING ->
          false;
    };
  }

  /** Port-forwards come from the node, so {@code Localhost} opens nothing to the cluster. */
  private static boolean published(Inputs inputs, Party party) {
    var spec = inputs.spec();
    if (party == OBJECT_STORAGE && spec.objectStorage().bundled().publicEndpoint() == null) {
      return false;
    }
    return entersDirectly(spec, party)
        || spec.exposure().type() != Exposure.Type.Localhost
        || !spec.network().policies().ingressFrom().isEmpty();
  }
}
