package dev.daytonaoperator.services;

import static dev.daytonaoperator.services.Defaults.or;

import dev.daytonaoperator.api.v1alpha1.Exposure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of {@link Defaults} that says how the platform is reached. */
final class ExposureDefaults {

  private ExposureDefaults() {}

  static Exposure resolve(@Nullable Exposure given) {
    var it = or(given, new Exposure(null, null, null, null, null, null, null, null, null, null));
    var ingress = or(it.ingress(), new Exposure.Ingress(null, null));
    var balancer = or(it.loadBalancer(), new Exposure.LoadBalancer(null, null));
    var ssh = or(it.ssh(), new Exposure.Ssh(null, null));
    return new Exposure(
        or(it.type(), Exposure.Type.Localhost),
        it.domain(),
        or(it.hosts(), new Exposure.Hosts(null, null, null, null)),
        it.toolboxBaseUrl(),
        ports(it.ports()),
        or(it.nodePort(), new Exposure.NodePorts(null, null, null, null)),
        new Exposure.Ingress(ingress.className(), or(ingress.annotations(), Map.of())),
        new Exposure.LoadBalancer(
            or(balancer.annotations(), Map.of()), or(balancer.sourceRanges(), List.of())),
        new Exposure.Ssh(or(ssh.type(), Exposure.Ssh.SshType.ClusterIP), or(ssh.port(), 2222)),
        tls(it.tls()));
  }

  /** Harbor's numbers. */
  private static Exposure.Ports ports(Exposure.@Nullable Ports given) {
    var it =
        or(
            given,
            new Exposure.Ports(
                null, null, null, null, null, null, null, null, null, null, null, null, null));
    return new Exposure.Ports(
        or(it.api(), 35000),
        or(it.proxy(), 35001),
        or(it.runner(), 35002),
        or(it.ssh(), 35003),
        or(it.dex(), 35006),
        or(it.database(), 35007),
        or(it.pgadmin(), 35008),
        or(it.registry(), 35009),
        or(it.registryUi(), 35010),
        or(it.objectStorage(), 35011),
        or(it.objectStorageConsole(), 35012),
        or(it.jaeger(), 35013),
        or(it.maildev(), 35014));
  }

  private static Exposure.Tls tls(Exposure.@Nullable Tls given) {
    var it = or(given, new Exposure.Tls(null, null, null));
    var type = or(it.type(), Exposure.Tls.TlsType.Disabled);
    var certManager = it.certManager();
    if (type == Exposure.Tls.TlsType.CertManager && certManager != null) {
      var issuer = certManager.issuerRef();
      certManager =
          new Exposure.Tls.CertManager(
              new Exposure.Tls.IssuerRef(
                  issuer.name(), or(issuer.kind(), Exposure.Tls.IssuerKind.Issuer)));
    }
    return new Exposure.Tls(type, certManager, it.secret());
  }
}
