package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services, Ingress and disruption budgets of what users reach. */
class PublicationTest {

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{type: Ingress, domain: d.io}"})
  void servicesStayInsideUnlessTheExposureIsOne(String exposure) {
    for (var component : List.of(new ApiComponent(), new ProxyComponent(), new DexComponent())) {
      assertThat(service(component, exposure).getSpec().getType()).isEqualTo("ClusterIP");
    }
  }

  @Test
  void nodePortsAreThoseGivenOrTheClustersChoice() {
    var exposure =
        "{type: NodePort, domain: d.io, nodePort: {api: 30100, ssh: 30022}, ssh: {type: NodePort}}";

    assertThat(nodePorts(new ApiComponent(), exposure)).containsExactly(30100);
    assertThat(nodePorts(new SshGatewayComponent(), exposure)).containsExactly(30022);
    assertThat(nodePorts(new ProxyComponent(), exposure)).containsOnlyNulls();
    assertThat(service(new ProxyComponent(), exposure).getSpec().getType()).isEqualTo("NodePort");
  }

  @ParameterizedTest
  @CsvSource({"Disabled,80", "SelfSigned,443"})
  void loadBalancersListenWhereThePublicUrlsPoint(String tls, int port) {
    var service =
        service(
            new ApiComponent(),
            "{type: LoadBalancer, domain: d.io, tls: {type: "
                + tls
                + "}, loadBalancer: {annotations: {a: b}, sourceRanges: [192.0.2.0/24]}}");

    assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getPort)
        .containsExactly(3000, port);
    assertThat(service.getSpec().getPorts())
        .extracting(it -> it.getTargetPort().getIntVal())
        .containsOnly(3000);
    assertThat(service.getSpec().getLoadBalancerSourceRanges()).containsExactly("192.0.2.0/24");
    assertThat(service.getMetadata().getAnnotations()).containsEntry("a", "b");
  }

  @Test
  void sshIsPublishedOnItsOwn() {
    var service =
        service(
            new SshGatewayComponent(),
            "{type: Ingress, domain: d.io, ssh: {type: LoadBalancer, port: 22}}");

    assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(22);
    assertThat(service.getSpec().getPorts().getFirst().getTargetPort().getIntVal()).isEqualTo(2222);
  }

  @Test
  void theIngressRoutesTheBareProxyHostAndItsWildcard() {
    var ingress =
        ingress("{type: Ingress, domain: d.io, ingress: {className: nginx, annotations: {x: y}}}");

    assertThat(
            ingress.getSpec().getRules().stream()
                .map(
                    rule ->
                        rule.getHost()
                            + " "
                            + rule.getHttp()
                                .getPaths()
                                .getFirst()
                                .getBackend()
                                .getService()
                                .getName()))
        .containsExactly(
            "d.io dev-api", "dex.d.io dev-dex", "proxy.d.io dev-proxy", "*.proxy.d.io dev-proxy");
    assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("nginx");
    assertThat(ingress.getMetadata().getAnnotations()).containsExactly(Map.entry("x", "y"));
    assertThat(ingress.getSpec().getTls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {type: Secret, secret: {name: theirs}}                                           | theirs  |
          {type: SelfSigned}                                                               | dev-tls |
          {type: CertManager, certManager: {issuerRef: {name: ca}}}                        | dev-tls | cert-manager.io/issuer
          {type: CertManager, certManager: {issuerRef: {name: ca, kind: ClusterIssuer}}}   | dev-tls | cert-manager.io/cluster-issuer
          """)
  void oneCertificateCoversEveryHost(String tls, String secret, String annotation) {
    var ingress = ingress("{type: Ingress, domain: d.io, tls: " + tls + "}");
    var entry = ingress.getSpec().getTls().getFirst();

    assertThat(entry.getSecretName()).isEqualTo(secret);
    assertThat(entry.getHosts()).containsExactly("d.io", "dex.d.io", "proxy.d.io", "*.proxy.d.io");
    if (annotation != null) {
      assertThat(ingress.getMetadata().getAnnotations()).containsEntry(annotation, "ca");
    }
  }

  @Test
  void otherExposuresHaveNoIngress() {
    assertThat(Ingresses.render(PlatformInputs.of("{}"))).isEmpty();
  }

  @Test
  void budgetsProtectRunnersAndSparesButNeverASinglePod() {
    assertThat(budgets("{}")).containsExactly("dev-runner-default 0 null");
    assertThat(
            budgets(
                """
                api: {replicas: 2}
                proxy: {replicas: 2}
                sshGateway: {replicas: 3}
                runners: [{name: p, evictionPolicy: Allow}]
                """))
        .containsExactly(
            "dev-api 1 AlwaysAllow", "dev-proxy 1 AlwaysAllow", "dev-ssh-gateway 1 AlwaysAllow");
    assertThat(budgets("mode: Stopped")).isEmpty();
  }

  private static List<String> budgets(String yaml) {
    return DisruptionBudgets.render(PlatformInputs.of(yaml, true)).stream()
        .map(PodDisruptionBudget.class::cast)
        .map(
            it ->
                it.getMetadata().getName()
                    + " "
                    + it.getSpec().getMaxUnavailable().getIntVal()
                    + " "
                    + it.getSpec().getUnhealthyPodEvictionPolicy())
        .toList();
  }

  private static Ingress ingress(String exposure) {
    return (Ingress) Ingresses.render(PlatformInputs.of("exposure: " + exposure)).getFirst();
  }

  private static Service service(Component component, String exposure) {
    return Rendered.of(component, PlatformInputs.of("exposure: " + exposure)).only(Service.class);
  }

  private static List<Integer> nodePorts(Component component, String exposure) {
    return service(component, exposure).getSpec().getPorts().stream()
        .map(ServicePort::getNodePort)
        .toList();
  }
}
