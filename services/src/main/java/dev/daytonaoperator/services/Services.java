package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.Arrays;
import java.util.List;

/** Services in front of a component's pods; they listen on the port that the pod listens on. */
final class Services {

  private Services() {}

  /**
   * One port.
   *
   * @param name its name in the Service
   * @param port number of Service and pod
   */
  record Port(String name, int port) {}

  /** The component's Service, under the name that everything else computes with. */
  static Service service(Inputs inputs, ComponentName component, Port... ports) {
    return new ServiceBuilder()
        .withMetadata(
            Identity.of(inputs, component).metadata(ServiceNames.of(inputs.name(), component)))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(Identity.of(inputs, component).selector())
        .withPorts(ports(ports))
        .endSpec()
        .build();
  }

  /**
   * A Service without an address, for names of single pods. Pods that are not ready are published
   * only on request: a stopping API closes its port at once but stays (contract 11).
   */
  static Service headless(Identity identity, String name, boolean publishNotReady, Port... ports) {
    return new ServiceBuilder()
        .withMetadata(identity.metadata(name))
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP("None")
        .withPublishNotReadyAddresses(publishNotReady ? Boolean.TRUE : null)
        .withSelector(identity.selector())
        .withPorts(ports(ports))
        .endSpec()
        .build();
  }

  private static List<ServicePort> ports(Port... ports) {
    return Arrays.stream(ports)
        .map(
            p ->
                new ServicePortBuilder()
                    .withName(p.name())
                    .withPort(p.port())
                    .withTargetPort(new IntOrString(p.port()))
                    .withProtocol("TCP")
                    .build())
        .toList();
  }
}
