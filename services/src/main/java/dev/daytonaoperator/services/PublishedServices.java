package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Exposure;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import org.jspecify.annotations.Nullable;

/** Services of what users reach from outside: of the type that the exposure asks for. */
final class PublishedServices {

  private PublishedServices() {}

  /** The Service of API, proxy or Dex. */
  static Service of(Inputs inputs, ComponentName component, int port) {
    var exposure = inputs.spec().exposure();
    var inside = Services.service(inputs, component, new Services.Port("http", port));
    return switch (exposure.type()) {
      case Localhost, Ingress -> inside;
      case NodePort -> onNodes(inside, nodePort(exposure, component));
      case LoadBalancer ->
          // Public URLs have the scheme's own port, pods keep to the constant one.
          balanced(
              new ServiceBuilder(inside)
                  .editSpec()
                  .addNewPort()
                  .withName("public")
                  .withPort(PublicAddresses.of(exposure).scheme().equals("https") ? 443 : 80)
                  .withTargetPort(new IntOrString(port))
                  .withProtocol("TCP")
                  .endPort()
                  .endSpec()
                  .build(),
              exposure.loadBalancer());
    };
  }

  /** The SSH gateway's, which has a type of its own: SSH passes no Ingress. */
  static Service ofSshGateway(Inputs inputs) {
    var exposure = inputs.spec().exposure();
    var inside =
        Services.service(
            inputs,
            ComponentName.SSH_GATEWAY,
            new Services.Port("ssh", ServiceNames.SSH_GATEWAY_PORT));
    return switch (exposure.ssh().type()) {
      case ClusterIP -> inside;
      case NodePort -> onNodes(inside, exposure.nodePort().ssh());
      case LoadBalancer ->
          balanced(
              new ServiceBuilder(inside)
                  .editSpec()
                  .editFirstPort()
                  .withPort(exposure.ssh().port())
                  .endPort()
                  .endSpec()
                  .build(),
              exposure.loadBalancer());
    };
  }

  private static Service onNodes(Service service, @Nullable Integer nodePort) {
    return new ServiceBuilder(service)
        .editSpec()
        .withType("NodePort")
        .editFirstPort()
        .withNodePort(nodePort)
        .endPort()
        .endSpec()
        .build();
  }

  private static Service balanced(Service service, Exposure.LoadBalancer balancer) {
    return new ServiceBuilder(service)
        .editMetadata()
        .addToAnnotations(balancer.annotations())
        .endMetadata()
        .editSpec()
        .withType("LoadBalancer")
        .withLoadBalancerSourceRanges(balancer.sourceRanges())
        .endSpec()
        .build();
  }

  private static @Nullable Integer nodePort(Exposure exposure, ComponentName component) {
    var ports = exposure.nodePort();
    return component == ComponentName.API
        ? ports.api()
        : component == ComponentName.PROXY ? ports.proxy() : ports.dex();
  }
}
