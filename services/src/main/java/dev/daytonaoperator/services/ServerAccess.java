package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Cache;
import dev.daytonaoperator.api.v1alpha1.Database;

/** The variables by which Daytona's processes reach servers that several of them use. */
final class ServerAccess {

  private ServerAccess() {}

  /** PostgreSQL, for API and migrations. */
  static void database(ContainerSpec container, Inputs inputs) {
    var server = inputs.endpoints().database();
    var database = inputs.spec().database();
    container.env("DB_HOST", server.host()).env("DB_PORT", server.port());
    switch (database.type()) {
      case Bundled ->
          container
              .env("DB_USERNAME", database.bundled().user())
              .env("DB_DATABASE", database.bundled().name())
              .env("DB_TLS_ENABLED", false);
      case External ->
          container
              .secretEnv("DB_USERNAME", Credential.DATABASE_USERNAME)
              .env("DB_DATABASE", database.external().name())
              .env("DB_TLS_ENABLED", encrypted(database.external().tls()))
              .env("DB_TLS_REJECT_UNAUTHORIZED", verified(database.external().tls()));
    }
    container.secretEnv("DB_PASSWORD", Credential.DATABASE_PASSWORD);
  }

  private static boolean encrypted(Database.External.TlsMode mode) {
    return switch (mode) {
      case Disabled -> false;
      case Require, VerifyFull -> true;
    };
  }

  private static boolean verified(Database.External.TlsMode mode) {
    return switch (mode) {
      case Disabled, Require -> false;
      case VerifyFull -> true;
    };
  }

  /** Redis, for API and proxy. Ports are always said (contract T14). */
  static void cache(ContainerSpec container, Inputs inputs) {
    var server = inputs.endpoints().cache();
    var cache = inputs.spec().cache();
    container.env("REDIS_HOST", server.host()).env("REDIS_PORT", server.port());
    switch (cache.type()) {
      case Bundled ->
          container.secretEnv("REDIS_PASSWORD", Credential.CACHE_PASSWORD).env("REDIS_TLS", false);
      case External -> {
        var theirs = cache.external().credentialsSecretRef();
        if (theirs != null) {
          inputs
              .credentials()
              .find(Credential.CACHE_USERNAME)
              .ifPresent(user -> container.secretEnv("REDIS_USERNAME", user));
          container.secretEnv("REDIS_PASSWORD", Credential.CACHE_PASSWORD);
        }
        container.env("REDIS_TLS", cache.external().tls() == Cache.External.Tls.Enabled);
      }
    }
  }

  /** Where API and runners export to; read by the OpenTelemetry SDKs themselves. */
  static void traces(ContainerSpec container, Inputs inputs) {
    inputs
        .endpoints()
        .otlpHttp()
        .ifPresent(endpoint -> container.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
  }
}
