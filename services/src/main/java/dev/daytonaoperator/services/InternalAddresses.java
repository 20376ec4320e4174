package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.services.Endpoints.HostPort;
import java.util.Optional;

/**
 * How pods reach the platform's services. Full DNS names throughout: the API asks the name server
 * directly and knows no search domains (contract 11).
 */
record InternalAddresses(
    String installation, String namespace, String clusterDomain, DaytonaInstallationSpec spec) {

  /** MinIO signs the path, so the STS endpoint must end with it (contract 1.3). */
  private static final String MINIO_STS_PATH = "/minio/v1/assume-role";

  String api() {
    return "http://" + at(ComponentName.API, ServiceNames.API_PORT) + "/api";
  }

  String issuer() {
    return switch (spec.auth().type()) {
      case Dex -> "http://" + at(ComponentName.DEX, ServiceNames.DEX_PORT) + "/dex";
      case External -> Endpoints.withoutTrailingSlash(spec.auth().external().issuerUrl());
    };
  }

  HostPort database() {
    return switch (spec.database().type()) {
      case Bundled -> at(ComponentName.DATABASE, ServiceNames.DATABASE_PORT);
      case External -> {
        var server = spec.database().external();
        yield new HostPort(server.host(), server.port());
      }
    };
  }

  HostPort cache() {
    return switch (spec.cache().type()) {
      case Bundled -> at(ComponentName.CACHE, ServiceNames.CACHE_PORT);
      case External -> {
        var server = spec.cache().external();
        yield new HostPort(server.host(), server.port());
      }
    };
  }

  /** Always with a scheme: the API takes a bare host for https (contract 1.3). */
  String registry() {
    return switch (spec.registry().type()) {
      case Bundled -> "http://" + at(ComponentName.REGISTRY, ServiceNames.REGISTRY_PORT);
      case External -> {
        var url = Endpoints.withoutTrailingSlash(spec.registry().external().url());
        yield url.contains("://") ? url : "https://" + url;
      }
    };
  }

  Optional<String> objectStorage() {
    return switch (spec.objectStorage().type()) {
      case Bundled -> {
        var published = spec.objectStorage().bundled().publicEndpoint();
        yield Optional.of(
            published == null
                ? "http://" + at(ComponentName.OBJECT_STORAGE, ServiceNames.MINIO_PORT)
                : Endpoints.withoutTrailingSlash(published));
      }
      case External ->
          Optional.of(Endpoints.withoutTrailingSlash(spec.objectStorage().external().endpoint()));
      case Disabled -> Optional.empty();
    };
  }

  /** On the host of {@link #objectStorage}: that host name is signed (contract 6.5). */
  Optional<String> objectStorageSts() {
    return switch (spec.objectStorage().type()) {
      case Bundled -> objectStorage().map(endpoint -> endpoint + MINIO_STS_PATH);
      case External -> {
        var server = spec.objectStorage().external();
        yield Optional.of(server.stsEndpoint() == null ? sts(server) : server.stsEndpoint());
      }
      case Disabled -> Optional.empty();
    };
  }

  /** The dialect follows the host's name, as in the API (contract 6.5). */
  private static String sts(ObjectStorage.External server) {
    var endpoint = Endpoints.withoutTrailingSlash(server.endpoint());
    if (endpoint.contains("minio")) {
      return endpoint + MINIO_STS_PATH;
    }
    return endpoint.contains("amazonaws.com")
        ? "https://sts." + server.region() + ".amazonaws.com"
        : endpoint;
  }

  /** The collector's, whatever is behind it. */
  Optional<String> otlpHttp() {
    return switch (spec.tracing().type()) {
      case Jaeger, Otlp ->
          Optional.of("http://" + at(ComponentName.OTEL_COLLECTOR, ServiceNames.OTLP_HTTP_PORT));
      case Disabled -> Optional.empty();
    };
  }

  Optional<HostPort> smtp() {
    return switch (spec.mail().type()) {
      case MailDev -> Optional.of(at(ComponentName.MAILDEV, ServiceNames.MAILDEV_SMTP_PORT));
      case Smtp -> Optional.of(new HostPort(spec.mail().smtp().host(), spec.mail().smtp().port()));
      case Disabled -> Optional.empty();
    };
  }

  private HostPort at(ComponentName component, int port) {
    var service = ServiceNames.of(installation, component);
    return new HostPort(service + "." + namespace + ".svc." + clusterDomain, port);
  }
}
