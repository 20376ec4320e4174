package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.SshGateway;
import java.net.URI;
import java.util.List;
import java.util.Objects;
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
 * @param otlpHttp OTLP over HTTP of the collector, for API and runners; empty when tracing is off
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

  /** The addresses of the installation {@code name} with a resolved spec. */
  public static Endpoints of(
      String name, String namespace, ClusterFacts cluster, DaytonaInstallationSpec spec) {
    var outside = PublicAddresses.of(spec.exposure());
    var inside = new InternalAddresses(name, namespace, cluster.clusterDomain(), spec);
    var apiOrigin = outside.scheme() + "://" + outside.apiAuthority();
    var proxy = outside.scheme() + "://" + outside.proxyAuthority();
    var issuer =
        switch (spec.auth().type()) {
          case Dex -> outside.scheme() + "://" + outside.dexAuthority() + "/dex";
          case External -> withoutTrailingSlash(spec.auth().external().publicIssuerUrl());
        };
    return new Endpoints(
        apiOrigin,
        outside.proxyAuthority(),
        outside.scheme(),
        outside.toolboxBaseUrl(),
        issuer,
        inside.issuer(),
        redirectUris(apiOrigin, proxy),
        spec.sshGateway().type() == SshGateway.Type.Enabled
            ? Optional.of(outside.ssh())
            : Optional.empty(),
        inside.api(),
        inside.database(),
        inside.cache(),
        authorityOf(inside.registry()),
        inside.registry(),
        inside.objectStorage(),
        inside.objectStorageSts(),
        inside.otlpHttp(),
        inside.smtp());
  }

  /** Exact strings; the second is what today's dashboard sends (contract 6.3, T12). */
  private static List<String> redirectUris(String apiOrigin, String proxy) {
    return List.of(
        apiOrigin,
        apiOrigin + "/dashboard",
        apiOrigin + "/api/oauth2-redirect.html",
        "http://localhost:3009/callback",
        proxy + "/callback");
  }

  /** Every consumer appends a path; a doubled slash breaks the issuer comparison (T11). */
  static String withoutTrailingSlash(String url) {
    return url.endsWith("/") ? withoutTrailingSlash(url.substring(0, url.length() - 1)) : url;
  }

  private static String authorityOf(String url) {
    return Objects.requireNonNull(URI.create(url).getAuthority(), "registry URL without host");
  }
}
