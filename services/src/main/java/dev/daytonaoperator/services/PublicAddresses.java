package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Exposure;
import dev.daytonaoperator.services.Endpoints.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * How people and SDKs reach the platform from outside.
 *
 * @param scheme {@code https} when the exposure has TLS. For NodePort and LoadBalancer it is
 *     terminated in front of the Service: the components themselves speak HTTP
 * @param apiHost host of API and dashboard, without port
 * @param apiAuthority the same with its port, unless that is the scheme's own
 * @param proxyHost host of the preview proxy; previews are one label below it
 */
record PublicAddresses(
    String scheme,
    String apiHost,
    String apiAuthority,
    String proxyHost,
    String proxyAuthority,
    String dexHost,
    String dexAuthority,
    String toolboxBaseUrl,
    HostPort ssh) {

  static PublicAddresses of(Exposure exposure) {
    return switch (exposure.type()) {
      case Localhost -> localhost(exposure);
      case NodePort -> {
        var ports = exposure.nodePort();
        yield named(exposure, ports.api(), ports.proxy(), ports.dex());
      }
      case LoadBalancer, Ingress -> named(exposure, null, null, null);
    };
  }

  /** Port-forwards; {@code *.localhost} is the loopback for every browser (contract 1.3). */
  private static PublicAddresses localhost(Exposure exposure) {
    var ports = exposure.ports();
    return new PublicAddresses(
        "http",
        "localhost",
        "localhost:" + ports.api(),
        "proxy.localhost",
        "proxy.localhost:" + ports.proxy(),
        "localhost",
        "localhost:" + ports.dex(),
        toolbox(exposure, "http://localhost:" + ports.proxy()),
        new HostPort("localhost", ports.ssh()));
  }

  private static PublicAddresses named(
      Exposure exposure,
      @Nullable Integer apiPort,
      @Nullable Integer proxyPort,
      @Nullable Integer dexPort) {
    var domain = exposure.domain();
    var hosts = exposure.hosts();
    var scheme = exposure.tls().type() == Exposure.Tls.TlsType.Disabled ? "http" : "https";
    var api = host(hosts.api(), "", domain);
    var proxy = host(hosts.proxy(), "proxy.", domain);
    var dex = host(hosts.dex(), "dex.", domain);
    var proxyAuthority = authority(proxy, proxyPort);
    return new PublicAddresses(
        scheme,
        api,
        authority(api, apiPort),
        proxy,
        proxyAuthority,
        dex,
        authority(dex, dexPort),
        toolbox(exposure, scheme + "://" + proxyAuthority),
        new HostPort(host(hosts.ssh(), "ssh.", domain), sshPort(exposure)));
  }

  private static String host(@Nullable String given, String label, @Nullable String domain) {
    return given == null ? label + Defaults.required(domain, "spec.exposure.domain") : given;
  }

  private static String authority(String host, @Nullable Integer port) {
    return port == null ? host : host + ":" + port;
  }

  private static int sshPort(Exposure exposure) {
    var nodePort = exposure.nodePort().ssh();
    return exposure.ssh().type() == Exposure.Ssh.SshType.NodePort && nodePort != null
        ? nodePort
        : exposure.ssh().port();
  }

  private static String toolbox(Exposure exposure, String derived) {
    var given = exposure.toolboxBaseUrl();
    return given == null ? derived : Endpoints.withoutTrailingSlash(given);
  }
}
