package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Network;
import dev.daytonaoperator.services.TrafficMatrix.Flow;
import dev.daytonaoperator.services.TrafficMatrix.Party;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Nothing passes to or from the pods of an installation but {@link TrafficMatrix}, name lookups and
 * what {@link OutsideTraffic} names. One policy that denies all, one per part that allows.
 */
public final class NetworkPolicies {

  /**
   * An address that nobody has (it is reserved for documentation). An empty list of rules would be
   * no path that is ours: a rule that somebody adds to it would stay.
   */
  private static final NetworkPolicyPeer NOBODY =
      new NetworkPolicyPeerBuilder().withNewIpBlock().withCidr("192.0.2.0/32").endIpBlock().build();

  private NetworkPolicies() {}

  /** The policies, or none when {@code spec.network.policies.type} is {@code Disabled}. */
  public static List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().network().policies().type()) {
      case Disabled -> List.of();
      case Enabled -> {
        var policies = new ArrayList<HasMetadata>();
        policies.add(denyAll(inputs));
        var flows = TrafficMatrix.of(inputs);
        for (var party : Party.values()) {
          if (TrafficMatrix.present(inputs, party) && hasPods(party)) {
            policies.add(allow(inputs, party, flows));
          }
        }
        policies.addAll(OutsideTraffic.ofRunners(inputs));
        yield policies;
      }
    };
  }

  private static NetworkPolicy denyAll(Inputs inputs) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(inputs.objectName("default-deny"))
        .endMetadata()
        .withNewSpec()
        .withPodSelector(
            new LabelSelectorBuilder().addToMatchLabels(Labels.INSTALLATION, inputs.name()).build())
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(fromNobody())
        .withEgress(toNobody())
        .endSpec()
        .build();
  }

  private static NetworkPolicyIngressRule fromNobody() {
    return new NetworkPolicyIngressRuleBuilder().withFrom(NOBODY).build();
  }

  private static NetworkPolicyEgressRule toNobody() {
    return new NetworkPolicyEgressRuleBuilder().withTo(NOBODY).build();
  }

  private static NetworkPolicy allow(Inputs inputs, Party party, List<Flow> flows) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(inputs.objectName(id(party)))
        .endMetadata()
        .withNewSpec()
        .withPodSelector(pods(inputs, party))
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(ingress(inputs, party, flows))
        .withEgress(egress(inputs, party, flows))
        .endSpec()
        .build();
  }

  /** One rule per port; users, when anybody may be one, get a rule without peers. */
  private static List<NetworkPolicyIngressRule> ingress(
      Inputs inputs, Party party, List<Flow> flows) {
    var anybody =
        inputs.spec().network().policies().ingressFrom().isEmpty()
            || TrafficMatrix.entersDirectly(inputs.spec(), party);
    Map<Integer, List<NetworkPolicyPeer>> peers = new LinkedHashMap<>();
    var rules = new ArrayList<NetworkPolicyIngressRule>();
    for (var flow : flows) {
      if (flow.to() != party) {
        continue;
      }
      if (flow.from() == Party.USERS && anybody) {
        rules.add(new NetworkPolicyIngressRuleBuilder().withPorts(tcp(flow.port())).build());
      } else {
        peers
            .computeIfAbsent(flow.port(), port -> new ArrayList<>())
            .addAll(peersOf(inputs, flow.from()));
      }
    }
    peers.forEach(
        (port, from) ->
            rules.add(
                new NetworkPolicyIngressRuleBuilder().withPorts(tcp(port)).withFrom(from).build()));
    return rules.isEmpty() ? List.of(fromNobody()) : rules;
  }

  private static List<NetworkPolicyEgressRule> egress(
      Inputs inputs, Party party, List<Flow> flows) {
    var rules = new ArrayList<NetworkPolicyEgressRule>();
    for (var flow : flows) {
      if (flow.from() == party) {
        rules.add(
            new NetworkPolicyEgressRuleBuilder()
                .withPorts(tcp(flow.port()))
                .withTo(peersOf(inputs, flow.to()))
                .build());
      }
    }
    OutsideTraffic.of(inputs, party).stream().distinct().forEach(rules::add);
    if (rules.isEmpty()) {
      return List.of(toNobody());
    }
    rules.addFirst(dns());
    return rules;
  }

  /**
   * To any address: cluster DNS, node-local caches and OpenShift's (whose pods listen on 5353) are
   * found in different places.
   */
  private static NetworkPolicyEgressRule dns() {
    return new NetworkPolicyEgressRuleBuilder()
        .withPorts(port("UDP", 53), port("TCP", 53), port("UDP", 5353), port("TCP", 5353))
        .build();
  }

  private static List<NetworkPolicyPeer> peersOf(Inputs inputs, Party party) {
    return switch (party) {
      case USERS, MONITORING -> given(inputs.spec().network());
      case OPERATOR ->
          List.of(
              new NetworkPolicyPeerBuilder()
                  .withNamespaceSelector(new LabelSelector())
                  .withPodSelector(
                      new LabelSelectorBuilder()
                          .addToMatchLabels(Labels.NAME, Labels.OPERATOR)
                          .build())
                  .build());
      case API,
          PROXY,
          SSH_GATEWAY,
          RUNNER,
          DEX,
          DATABASE,
          PGADMIN,
          CACHE,
          REGISTRY,
          REGISTRY_UI,
          OBJECT_STORAGE,
          JAEGER,
          OTEL_COLLECTOR,
          MAILDEV,
          MIGRATION,
          BUCKET_JOB ->
          List.of(new NetworkPolicyPeerBuilder().withPodSelector(pods(inputs, party)).build());
    };
  }

  private static List<NetworkPolicyPeer> given(Network network) {
    return network.policies().ingressFrom();
  }

  private static boolean hasPods(Party party) {
    return switch (party) {
      case OPERATOR, USERS, MONITORING -> false;
      case API,
          PROXY,
          SSH_GATEWAY,
          RUNNER,
          DEX,
          DATABASE,
          PGADMIN,
          CACHE,
          REGISTRY,
          REGISTRY_UI,
          OBJECT_STORAGE,
          JAEGER,
          OTEL_COLLECTOR,
          MAILDEV,
          MIGRATION,
          BUCKET_JOB ->
          true;
    };
  }

  private static String id(Party party) {
    return party.component().map(ComponentName::id).orElse(jobId(party));
  }

  private static String jobId(Party party) {
    return party == Party.BUCKET_JOB ? "job-bucket" : "job-migrate";
  }

  private static LabelSelector pods(Inputs inputs, Party party) {
    var selector = new LabelSelectorBuilder().addToMatchLabels(Labels.INSTALLATION, inputs.name());
    if (party.component().isPresent()) {
      return selector.addToMatchLabels(Labels.COMPONENT, party.component().get().id()).build();
    }
    var steps =
        party == Party.BUCKET_JOB
            ? List.of(Step.BUCKET.id())
            : Stream.of(Step.values()).filter(step -> step != Step.BUCKET).map(Step::id).toList();
    return selector
        .addNewMatchExpression()
        .withKey(Labels.STEP)
        .withOperator("In")
        .withValues(steps)
        .endMatchExpression()
        .build();
  }

  static NetworkPolicyPort tcp(int number) {
    return port("TCP", number);
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPortBuilder().withProtocol(protocol).withNewPort(number).build();
  }
}
