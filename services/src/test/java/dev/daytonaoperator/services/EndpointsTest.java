package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.Endpoints.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                           | http://localhost:35000    | proxy.localhost:35001   | http://localhost:35001          | http://localhost:35006/dex         | localhost:35003
          {ports: {api: 1, proxy: 2, dex: 3, ssh: 4}}                  | http://localhost:1        | proxy.localhost:2       | http://localhost:2              | http://localhost:3/dex             | localhost:4
          {type: NodePort, domain: d.io}                               | http://d.io               | proxy.d.io              | http://proxy.d.io               | http://dex.d.io/dex                | ssh.d.io:2222
          {type: NodePort, domain: d.io, nodePort: {api: 30000, proxy: 30001, dex: 30002, ssh: 30003}, ssh: {type: NodePort}} | http://d.io:30000 | proxy.d.io:30001 | http://proxy.d.io:30001 | http://dex.d.io:30002/dex | ssh.d.io:30003
          {type: LoadBalancer, domain: d.io}                           | http://d.io               | proxy.d.io              | http://proxy.d.io               | http://dex.d.io/dex                | ssh.d.io:2222
          {type: Ingress, domain: d.io, tls: {type: SelfSigned}}       | https://d.io              | proxy.d.io              | https://proxy.d.io              | https://dex.d.io/dex               | ssh.d.io:2222
          {type: Ingress, domain: d.io, tls: {type: Secret}, hosts: {api: a.io, proxy: p.io, dex: i.io, ssh: s.io}, ssh: {port: 22}} | https://a.io | p.io | https://p.io | https://i.io/dex | s.io:22
          {type: Ingress, domain: d.io, toolboxBaseUrl: 'http://t.io/'} | http://d.io              | proxy.d.io              | http://t.io                     | http://dex.d.io/dex                | ssh.d.io:2222
          """)
  void publicAddresses(
      String exposure, String api, String proxyDomain, String toolbox, String issuer, String ssh) {
    var endpoints = PlatformInputs.of("exposure: " + exposure).endpoints();

    assertThat(endpoints.publicApiOrigin()).isEqualTo(api);
    assertThat(endpoints.dashboard()).isEqualTo(api + "/dashboard");
    assertThat(endpoints.proxyDomain()).isEqualTo(proxyDomain);
    assertThat(endpoints.toolboxBaseUrl()).isEqualTo(toolbox);
    assertThat(endpoints.publicIssuer()).isEqualTo(issuer);
    assertThat(endpoints.ssh().map(HostPort::toString)).contains(ssh);
    assertThat(endpoints.redirectUris())
        .containsExactly(
            api,
            api + "/dashboard",
            api + "/api/oauth2-redirect.html",
            "http://localhost:3009/callback",
            endpoints.proxyProtocol() + "://" + proxyDomain + "/callback");
  }

  @Test
  void podsUseFullNames() {
    var endpoints = PlatformInputs.of("{}").endpoints();

    assertThat(
            List.of(
                endpoints.internalApi(),
                endpoints.internalIssuer(),
                endpoints.database().toString(),
                endpoints.cache().toString(),
                endpoints.registryHost(),
                endpoints.registryUrl(),
                endpoints.objectStorage().orElseThrow(),
                endpoints.objectStorageSts().orElseThrow(),
                endpoints.otlpHttp().orElseThrow(),
                endpoints.smtp().orElseThrow().toString()))
        .containsExactly(
            "http://dev-api.ns.svc.cluster.local:3000/api",
            "http://dev-dex.ns.svc.cluster.local:5556/dex",
            "dev-database.ns.svc.cluster.local:5432",
            "dev-cache.ns.svc.cluster.local:6379",
            "dev-registry.ns.svc.cluster.local:6000",
            "http://dev-registry.ns.svc.cluster.local:6000",
            "http://dev-minio.ns.svc.cluster.local:9000",
            "http://dev-minio.ns.svc.cluster.local:9000/minio/v1/assume-role",
            "http://dev-otel-collector.ns.svc.cluster.local:4318",
            "dev-maildev.ns.svc.cluster.local:1025");
  }

  @Test
  void externalServicesAreTakenAsGivenWithoutTrailingSlash() {
    var endpoints =
        PlatformInputs.of(
                """
                auth: {type: External, external: {issuerUrl: 'https://id.io/realm/'}}
                database: {type: External, external: {host: pg.io, port: 6432}}
                cache: {type: External, external: {host: redis.io}}
                objectStorage: {type: External, external: {endpoint: 'https://s3.eu.amazonaws.com/', region: eu}}
                registry: {type: External, external: {url: 'https://reg.io:8443/'}}
                mail: {type: Disabled}
                tracing: {type: Disabled}
                sshGateway: {type: Disabled}
                """)
            .endpoints();

    assertThat(endpoints.publicIssuer()).isEqualTo("https://id.io/realm");
    assertThat(endpoints.internalIssuer()).isEqualTo("https://id.io/realm");
    assertThat(endpoints.database()).hasToString("pg.io:6432");
    assertThat(endpoints.cache()).hasToString("redis.io:6379");
    assertThat(endpoints.objectStorage()).contains("https://s3.eu.amazonaws.com");
    assertThat(endpoints.objectStorageSts()).contains("https://sts.eu.amazonaws.com");
    assertThat(endpoints.registryHost()).isEqualTo("reg.io:8443");
    assertThat(endpoints.registryUrl()).isEqualTo("https://reg.io:8443");
    assertThat(endpoints.smtp()).isEmpty();
    assertThat(endpoints.otlpHttp()).isEmpty();
    assertThat(endpoints.ssh()).isEmpty();
  }

  @Test
  void theStsHostIsTheHostThatIsSigned() {
    var endpoints =
        PlatformInputs.of("objectStorage: {bundled: {publicEndpoint: 'https://minio.d.io/'}}")
            .endpoints();

    assertThat(endpoints.objectStorageSts()).contains("https://minio.d.io/minio/v1/assume-role");
  }
}
