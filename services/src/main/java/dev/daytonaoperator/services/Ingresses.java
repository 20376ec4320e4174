package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Exposure;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hosts of API, proxy and Dex for exposure type {@code Ingress}. One object with one
 * certificate: cert-manager lets no two Ingresses share a Secret.
 */
public final class Ingresses {

  private record Route(String host, ComponentName component, int port) {}

  private Ingresses() {}

  /** The Ingress, or nothing for the other exposure types. */
  public static List<HasMetadata> render(Inputs inputs) {
    var exposure = inputs.spec().exposure();
    if (exposure.type() != Exposure.Type.Ingress) {
      return List.of();
    }
    var routes = routes(inputs);
    var ingress =
        new IngressBuilder()
            .withNewMetadata()
            .withName(inputs.name())
            .withAnnotations(annotations(exposure))
            .endMetadata()
            .withNewSpec()
            .withIngressClassName(exposure.ingress().className())
            .withRules(routes.stream().map(route -> rule(inputs, route)).toList())
            .endSpec();
    tlsSecret(inputs)
        .ifPresent(
            secret ->
                ingress
                    .editSpec()
                    .withTls(
                        new IngressTLSBuilder()
                            .withHosts(routes.stream().map(Route::host).toList())
                            .withSecretName(secret)
                            .build())
                    .endSpec());
    return List.of(ingress.build());
  }

  /**
   * The Secret with the certificate: the user's, or {@code <installation>-tls}, which the operator
   * (SelfSigned) or cert-manager fills. It must cover every host of {@link #hosts}.
   */
  public static Optional<String> tlsSecret(Inputs inputs) {
    var tls = inputs.spec().exposure().tls();
    return switch (tls.type()) {
      case Disabled -> Optional.empty();
      case Secret -> Optional.of(tls.secret().name());
      case SelfSigned, CertManager -> Optional.of(inputs.objectName("tls"));
    };
  }

  /** The public host names, the preview wildcard included; for every exposure type. */
  public static List<String> hosts(Inputs inputs) {
    return routes(inputs).stream().map(Route::host).toList();
  }

  private static List<Route> routes(Inputs inputs) {
    var addresses = PublicAddresses.of(inputs.spec().exposure());
    var proxy = addresses.proxyHost();
    var routes = new ArrayList<Route>();
    routes.add(new Route(addresses.apiHost(), ComponentName.API, ServiceNames.API_PORT));
    if (Installed.has(inputs.spec(), ComponentName.DEX)) {
      routes.add(new Route(addresses.dexHost(), ComponentName.DEX, ServiceNames.DEX_PORT));
    }
    // Previews are one label below the proxy's host; /callback and /toolbox are on the bare one
    // (contract T29).
    routes.add(new Route(proxy, ComponentName.PROXY, ServiceNames.PROXY_PORT));
    routes.add(new Route("*." + proxy, ComponentName.PROXY, ServiceNames.PROXY_PORT));
    return routes;
  }

  private static IngressRule rule(Inputs inputs, Route route) {
    return new IngressRuleBuilder()
        .withHost(route.host())
        .withNewHttp()
        .addNewPath()
        .withPath("/")
        .withPathType("Prefix")
        .withNewBackend()
        .withNewService()
        .withName(ServiceNames.of(inputs.name(), route.component()))
        .withNewPort()
        .withNumber(route.port())
        .endPort()
        .endService()
        .endBackend()
        .endPath()
        .endHttp()
        .build();
  }

  private static Map<String, String> annotations(Exposure exposure) {
    var annotations = new LinkedHashMap<String, String>();
    if (exposure.tls().type() == Exposure.Tls.TlsType.CertManager) {
      var issuer = exposure.tls().certManager().issuerRef();
      annotations.put(
          switch (issuer.kind()) {
            case Issuer -> "cert-manager.io/issuer";
            case ClusterIssuer -> "cert-manager.io/cluster-issuer";
          },
          issuer.name());
    }
    // Body sizes and timeouts are each controller's own annotations: the user's to set.
    annotations.putAll(exposure.ingress().annotations());
    return annotations;
  }
}
