package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetworkPoliciesTest {

  private static final List<NetworkPolicyPeer> NOBODY =
      List.of(
          new NetworkPolicyPeerBuilder()
              .withNewIpBlock()
              .withCidr("192.0.2.0/32")
              .endIpBlock()
              .build());

  private static final List<String> INSIDE =
      List.of(
          "api > cache:6379",
          "api > database:5432",
          "api > dex:5556",
          "api > maildev:1025",
          "api > object-storage:9000",
          "api > otel-collector:4318",
          "api > registry:6000",
          "api > runner:3003",
          "job-bucket > object-storage:9000",
          "job-migrate > database:5432",
          "otel-collector > jaeger:4317",
          "pgadmin > database:5432",
          "proxy > api:3000",
          "proxy > cache:6379",
          "proxy > dex:5556",
          "proxy > runner:3003",
          "registry-ui > registry:6000",
          "runner > api:3000",
          "runner > object-storage:9000",
          "runner > otel-collector:4318",
          "runner > registry:6000",
          "ssh-gateway > api:3000",
          "ssh-gateway > runner:2220");

  @Test
  void betweenPodsOnlyTheTablePassesAndBothEndsAgree() {
    var policies = policies("{}");

    assertThat(pairs(policies, false)).containsExactlyElementsOf(INSIDE);
    assertThat(pairs(policies, true)).containsExactlyElementsOf(INSIDE);
  }

  @Test
  void onePolicyDeniesEverythingToEveryPodOfTheInstallation() {
    var deny = spec(policies("{}"), "dev-default-deny");

    assertThat(deny.getPodSelector().getMatchLabels())
        .isEqualTo(Map.of(Labels.INSTALLATION, "dev"));
    assertThat(deny.getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(deny.getIngress())
        .singleElement()
        .satisfies(rule -> assertThat(rule.getFrom()).isEqualTo(NOBODY));
    toNobody(deny);
  }

  /** An empty list would be nobody's, and a rule that somebody adds would stay. */
  private static void toNobody(NetworkPolicySpec policy) {
    assertThat(policy.getEgress())
        .singleElement()
        .satisfies(rule -> assertThat(rule.getTo()).isEqualTo(NOBODY));
  }

  @Test
  void onLocalhostNobodyComesInFromTheCluster() {
    assertThat(openToUsers(policies("{}"))).isEmpty();
  }

  @Test
  void publishedPartsAreOpenToAnybodyUnlessPeersAreGiven() {
    var exposure = "exposure: {type: Ingress, domain: d.io}";

    assertThat(openToUsers(policies(exposure)))
        .containsExactly("api:3000", "dex:5556", "proxy:4000", "ssh-gateway:2222");

    var restricted =
        policies(
            exposure
                + """

                network:
                  policies:
                    ingressFrom: [{namespaceSelector: {matchLabels: {team: ingress}}}]
                """);
    assertThat(openToUsers(restricted)).isEmpty();
    assertThat(spec(restricted, "dev-proxy").getIngress().getFirst().getFrom())
        .extracting(peer -> peer.getNamespaceSelector().getMatchLabels())
        .containsExactly(Map.of("team", "ingress"));
    assertThat(spec(restricted, "dev-otel-collector").getIngress())
        .anySatisfy(rule -> assertThat(ports(rule.getPorts())).containsExactly(9090));
  }

  @Test
  void givenPeersDoNotBarWhoComesByLoadBalancerOrNodePort() {
    var peers =
        """

        network:
          policies:
            ingressFrom: [{namespaceSelector: {matchLabels: {team: ingress}}}]
        """;

    assertThat(
            openToUsers(
                policies(
                    "exposure: {type: Ingress, domain: d.io, ssh: {type: LoadBalancer}}" + peers)))
        .containsExactly("ssh-gateway:2222");
    assertThat(openToUsers(policies("exposure: {type: LoadBalancer, domain: d.io}" + peers)))
        .containsExactly("api:3000", "dex:5556", "proxy:4000");
    assertThat(openToUsers(policies("exposure: {ssh: {type: NodePort}}")))
        .containsExactly("ssh-gateway:2222");
  }

  @Test
  void onePortToAnyAddressIsOneRule() {
    var policies =
        policies(
            """
            auth: {type: External, external: {issuerUrl: 'https://login.io', clientId: c}}
            registry: {type: External, external: {url: 'https://r.io', project: p}}
            """);

    assertThat(spec(policies, "dev-api").getEgress()).doesNotHaveDuplicates();
  }

  @Test
  void objectStorageIsOpenOnlyWhenItHasAPublicEndpoint() {
    assertThat(
            openToUsers(
                policies(
                    """
                    exposure: {type: Ingress, domain: d.io}
                    objectStorage: {bundled: {publicEndpoint: 'https://minio.d.io'}}
                    """)))
        .contains("object-storage:9000");
  }

  @Test
  void theOperatorMayAskTheApiFromItsOwnNamespace() {
    var api = spec(policies("{}"), "dev-api");

    assertThat(Serialization.asYaml(api))
        .as("an empty selector means every namespace, an absent one only this")
        .contains("namespaceSelector: {}");

    assertThat(api.getIngress().getFirst().getFrom())
        .anySatisfy(
            peer -> {
              assertThat(peer.getNamespaceSelector()).isNotNull();
              assertThat(peer.getPodSelector().getMatchLabels())
                  .containsEntry(Labels.NAME, Labels.OPERATOR);
            });
  }

  @Test
  void whoeverDialsMayLookUpNamesAndOthersMayNotEvenThat() {
    var policies = policies("{}");

    assertThat(spec(policies, "dev-api").getEgress().getFirst().getPorts())
        .extracting(port -> port.getProtocol() + port.getPort().getIntVal())
        .contains("UDP53", "TCP53");
    toNobody(spec(policies, "dev-database"));
    toNobody(spec(policies, "dev-cache"));
  }

  @Test
  void sandboxesReachTheInternetButNothingPrivate() {
    assertThat(internet("{}"))
        .containsExactly(
            "0.0.0.0/0 except [10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16,"
                + " 169.254.0.0/16]",
            "::/0 except [fc00::/7, fe80::/10]");
  }

  @Test
  void sandboxesReachMoreWhenAllowed() {
    assertThat(
            internet(
                "runners: [{name: default, egress: {privateNetworks: Allowed, allowCIDRs:"
                    + " [10.1.0.0/16]}}]"))
        .containsExactly(
            "0.0.0.0/0 except [169.254.0.0/16]",
            "::/0 except [fe80::/10, fd00:ec2::254/128]",
            "10.1.0.0/16 except []");
  }

  @Test
  void externalServicesOpenTheirPortToTheirClients() {
    var policies =
        policies(
            """
            database: {type: External, external: {host: pg.example.org, port: 6432}}
            cache: {type: External, external: {host: 10.9.8.7}}
            registry: {type: External, external: {url: 'https://reg.example.org'}}
            """);

    assertThat(policies).doesNotContainKeys("dev-database", "dev-cache", "dev-registry");
    assertThat(egressPorts(policies, "dev-api")).contains(6432, 6379, 443);
    assertThat(egressPorts(policies, "dev-job-migrate")).contains(6432);
    assertThat(egressPorts(policies, "dev-proxy")).contains(6379).doesNotContain(6432);
    assertThat(addresses(policies, "dev-proxy")).containsExactly("10.9.8.7/32");
    assertThat(spec(policies, "dev-runner").getEgress().stream().skip(1))
        .as("no port is open to every address from a runner")
        .allSatisfy(rule -> assertThat(rule.getTo()).isNotEmpty());
  }

  @Test
  void tracesLeaveThroughTheCollectorAlone() {
    var policies = policies("tracing: {type: Otlp, otlp: {endpoint: 'https://otel.io:4443'}}");

    assertThat(egressPorts(policies, "dev-otel-collector")).contains(4443);
    assertThat(egressPorts(policies, "dev-api")).contains(4318).doesNotContain(4443);
    assertThat(egressPorts(policies, "dev-runner")).contains(4318).doesNotContain(4443);
    assertThat(policies).doesNotContainKey("dev-jaeger");
  }

  @Test
  void disabledMeansNone() {
    assertThat(policies("network: {policies: {type: Disabled}}")).isEmpty();
  }

  private static Map<String, NetworkPolicy> policies(String yaml) {
    return NetworkPolicies.render(PlatformInputs.of(yaml)).stream()
        .map(NetworkPolicy.class::cast)
        .collect(Collectors.toMap(it -> it.getMetadata().getName(), it -> it));
  }

  private static NetworkPolicySpec spec(Map<String, NetworkPolicy> policies, String name) {
    return Objects.requireNonNull(policies.get(name), name).getSpec();
  }

  /** {@code from > to:port} as either the senders' or the receivers' policies say. */
  private static List<String> pairs(Map<String, NetworkPolicy> policies, boolean receivers) {
    var pairs = new TreeSet<String>();
    policies.forEach(
        (name, policy) -> {
          var self = name.substring("dev-".length());
          if (receivers) {
            for (var rule : policy.getSpec().getIngress()) {
              for (var peer : own(rule.getFrom())) {
                pairs.add(peer + " > " + self + ":" + ports(rule.getPorts()).getFirst());
              }
            }
          } else {
            for (var rule : policy.getSpec().getEgress()) {
              for (var peer : own(rule.getTo())) {
                pairs.add(self + " > " + peer + ":" + ports(rule.getPorts()).getFirst());
              }
            }
          }
        });
    return List.copyOf(pairs);
  }

  private static List<String> own(List<NetworkPolicyPeer> peers) {
    var names = new ArrayList<String>();
    for (var peer : peers) {
      var selector = peer.getPodSelector();
      if (selector != null && "dev".equals(selector.getMatchLabels().get(Labels.INSTALLATION))) {
        var component = selector.getMatchLabels().get(Labels.COMPONENT);
        names.add(
            component != null
                ? component
                : selector.getMatchExpressions().getFirst().getValues().contains("bucket")
                    ? "job-bucket"
                    : "job-migrate");
      }
    }
    return names;
  }

  private static List<String> openToUsers(Map<String, NetworkPolicy> policies) {
    var open = new TreeSet<String>();
    policies.forEach(
        (name, policy) -> {
          for (var rule : policy.getSpec().getIngress()) {
            if (rule.getFrom().isEmpty()) {
              open.add(name.substring("dev-".length()) + ":" + ports(rule.getPorts()).getFirst());
            }
          }
        });
    return List.copyOf(open);
  }

  private static List<String> internet(String yaml) {
    return spec(policies(yaml), "dev-runner-default").getEgress().getFirst().getTo().stream()
        .map(peer -> peer.getIpBlock().getCidr() + " except " + peer.getIpBlock().getExcept())
        .toList();
  }

  private static List<Integer> egressPorts(Map<String, NetworkPolicy> policies, String name) {
    return spec(policies, name).getEgress().stream()
        .flatMap(rule -> ports(rule.getPorts()).stream())
        .toList();
  }

  private static List<String> addresses(Map<String, NetworkPolicy> policies, String name) {
    return spec(policies, name).getEgress().stream()
        .flatMap(rule -> rule.getTo().stream())
        .filter(peer -> peer.getIpBlock() != null)
        .map(peer -> peer.getIpBlock().getCidr())
        .toList();
  }

  private static List<Integer> ports(List<NetworkPolicyPort> ports) {
    return ports.stream().map(port -> port.getPort().getIntVal()).toList();
  }
}
