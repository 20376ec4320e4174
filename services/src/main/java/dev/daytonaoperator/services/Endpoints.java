package dev.daytonaoperator.services;

import java.util.List;
import java.util.Optional;

/**
 * Every address of the platform, computed in this one place from {@code spec.exposure} and the
 * bundled or external services; so Dex, API and proxy can never disagree (contract 1.3, T11, T12).
 *
 * @param publicApiOrigin scheme and host of API and dashboard, no trailing slash
 * @param proxyDomain public host of the preview proxy, with its port unless standard; no scheme
 * @param proxyProtocol {@code http} or {@code https}: the public scheme
 * @param toolboxBaseUrl scheme and host that SDKs are told for the toolbox
 * @param publicIssuer the OIDC issuer exactly as tokens carry it, no trailing slash
 * @param internalIssuer the URL at which pods reach the issuer, no trailing slash
 * @param redirectUris the five redirect URIs that OIDC clients of the platform use (contract 6.3)
 * @param ssh {@code host:port} that users are shown for SSH; empty when the gateway is off
 * @param internalApi {@code http://<api service>:3000/api}
 * @param database host and port of PostgreSQL
 * @param cache host and port of Redis
 * @param registryHost {@code host:port} as persisted in image names; never changes
 * @param registryUrl the registry with its scheme
 * @param objectStorage S3 as API, runners and SDKs reach it; empty when disabled
 * @param objectStorageSts STS endpoint; empty when disabled
 * @param otlpHttp OTLP over HTTP for API and runners; empty when tracing is off
 * @param smtp mail relay; empty when mail is off
 */
public record Endpoints(
    String publicApiOrigin,
    String proxyDomain,
    String proxyProtocol,
    String toolboxBaseUrl,
    String publicIssuer,
    String internalIssuer,
    List<String> redirectUris,
    Optional<HostPort> ssh,
    String internalApi,
    HostPort database,
    HostPort cache,
    String registryHost,
    String registryUrl,
    Optional<String> objectStorage,
    Optional<String> objectStorageSts,
    Optional<String> otlpHttp,
    Optional<HostPort> smtp) {

  public record HostPort(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  public Endpoints {
    redirectUris = List.copyOf(redirectUris);
  }

  public String dashboard() {
    return publicApiOrigin + "/dashboard";
  }

  /** The public API URL that SDKs and CLI are given, with {@code /api}. */
  public String api() {
    return publicApiOrigin + "/api";
  }

  public String proxy() {
    return proxyProtocol + "://" + proxyDomain;
  }
}
