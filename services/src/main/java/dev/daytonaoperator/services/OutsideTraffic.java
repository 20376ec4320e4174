package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.Cache;
import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.Mail;
import dev.daytonaoperator.api.v1alpha1.Registry;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.Egress.Reach;
import dev.daytonaoperator.api.v1alpha1.Tracing;
import dev.daytonaoperator.services.Endpoints.HostPort;
import dev.daytonaoperator.services.TrafficMatrix.Party;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Connections that leave the installation: to services that the user brings, and from sandboxes to
 * the internet.
 */
final class OutsideTraffic {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private static final List<String> PRIVATE_IPV4 =
      List.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16");
  private static final String LINK_LOCAL_IPV4 = "169.254.0.0/16";
  private static final String PRIVATE_IPV6 = "fc00::/7";
  private static final String LINK_LOCAL_IPV6 = "fe80::/10";

  /** The metadata service of one large cloud sits in the private range. */
  private static final String METADATA_IPV6 = "fd00:ec2::254/128";

  private OutsideTraffic() {}

  /** Egress rules to the external services that a part uses. */
  static List<NetworkPolicyEgressRule> of(Inputs inputs, Party party) {
    // A port open to every address would undo the runners' own policy: addresses only.
    var byName = party != Party.RUNNER;
    return services(inputs, party).stream()
        .filter(service -> byName || isAddress(service))
        .map(OutsideTraffic::rule)
        .toList();
  }

  /** One policy per pool: sandboxes reach the internet, by default nothing private (T27). */
  static List<HasMetadata> ofRunners(Inputs inputs) {
    return inputs.spec().runners().stream()
        .<HasMetadata>map(
            pool ->
                new NetworkPolicyBuilder()
                    .withNewMetadata()
                    .withName(inputs.objectName("runner-" + pool.name()))
                    .endMetadata()
                    .withNewSpec()
                    .withNewPodSelector()
                    .addToMatchLabels(Labels.INSTALLATION, inputs.name())
                    .addToMatchLabels(Labels.COMPONENT, ComponentName.RUNNER.id())
                    .addToMatchLabels(Labels.RUNNER_POOL, pool.name())
                    .endPodSelector()
                    .withPolicyTypes("Egress")
                    .withEgress(internet(pool.egress()))
                    .endSpec()
                    .build())
        .toList();
  }

  private static NetworkPolicyEgressRule internet(RunnerPool.Egress egress) {
    var exceptIpv4 = new ArrayList<String>();
    var exceptIpv6 = new ArrayList<String>();
    if (egress.privateNetworks() == Reach.Blocked) {
      exceptIpv4.addAll(PRIVATE_IPV4);
      exceptIpv6.add(PRIVATE_IPV6);
    }
    if (egress.metadata() == Reach.Blocked) {
      exceptIpv4.add(LINK_LOCAL_IPV4);
      exceptIpv6.add(LINK_LOCAL_IPV6);
      if (egress.privateNetworks() == Reach.Allowed) {
        exceptIpv6.add(METADATA_IPV6);
      }
    }
    var rule =
        new NetworkPolicyEgressRuleBuilder()
            .addNewTo()
            .withNewIpBlock()
            .withCidr("0.0.0.0/0")
            .withExcept(exceptIpv4)
            .endIpBlock()
            .endTo()
            .addNewTo()
            .withNewIpBlock()
            .withCidr("::/0")
            .withExcept(exceptIpv6)
            .endIpBlock()
            .endTo();
    for (var cidr : egress.allowCIDRs()) {
      rule.addNewTo().withNewIpBlock().withCidr(cidr).endIpBlock().endTo();
    }
    return rule.build();
  }

  private static Set<HostPort> services(Inputs inputs, Party party) {
    var to = new LinkedHashSet<HostPort>();
    switch (party) {
      case API -> {
        database(inputs, to);
        cache(inputs, to);
        issuer(inputs, to);
        objectStorage(inputs, to);
        registry(inputs, to);
        if (inputs.spec().mail().type() == Mail.Type.Smtp) {
          inputs.endpoints().smtp().ifPresent(to::add);
        }
      }
      case PROXY -> {
        cache(inputs, to);
        issuer(inputs, to);
      }
      case RUNNER -> {
        objectStorage(inputs, to);
        registry(inputs, to);
      }
      case PGADMIN, MIGRATION -> database(inputs, to);
      case OTEL_COLLECTOR -> traces(inputs, to);
      case SSH_GATEWAY,
          REGISTRY_UI,
          DEX,
          DATABASE,
          CACHE,
          REGISTRY,
          OBJECT_STORAGE,
          JAEGER,
          MAILDEV,
          BUCKET_JOB,
          OPERATOR,
          USERS,
          MONITORING -> {}
    }
    return to;
  }

  private static void database(Inputs inputs, Set<HostPort> to) {
    if (inputs.spec().database().type() == Database.Type.External) {
      to.add(inputs.endpoints().database());
    }
  }

  private static void cache(Inputs inputs, Set<HostPort> to) {
    if (inputs.spec().cache().type() == Cache.Type.External) {
      to.add(inputs.endpoints().cache());
    }
  }

  /** The public one too: keys may be fetched there (contract 1.3). */
  private static void issuer(Inputs inputs, Set<HostPort> to) {
    if (inputs.spec().auth().type() == Auth.Type.External) {
      to.add(authority(inputs.endpoints().internalIssuer()));
      to.add(authority(inputs.endpoints().publicIssuer()));
    }
  }

  private static void objectStorage(Inputs inputs, Set<HostPort> to) {
    var storage = inputs.spec().objectStorage();
    var outside =
        switch (storage.type()) {
          case Bundled -> storage.bundled().publicEndpoint() != null;
          case External -> true;
          case Disabled -> false;
        };
    if (outside) {
      inputs.endpoints().objectStorage().map(OutsideTraffic::authority).ifPresent(to::add);
      inputs.endpoints().objectStorageSts().map(OutsideTraffic::authority).ifPresent(to::add);
    }
  }

  private static void registry(Inputs inputs, Set<HostPort> to) {
    if (inputs.spec().registry().type() == Registry.Type.External) {
      to.add(authority(inputs.endpoints().registryUrl()));
    }
  }

  private static void traces(Inputs inputs, Set<HostPort> to) {
    if (inputs.spec().tracing().type() == Tracing.Type.Otlp) {
      to.add(authority(inputs.spec().tracing().otlp().endpoint()));
    }
  }

  private static HostPort authority(String url) {
    var uri = URI.create(url);
    var standard = "http".equals(uri.getScheme()) ? 80 : 443;
    return new HostPort(uri.getHost(), uri.getPort() < 0 ? standard : uri.getPort());
  }

  /** Policies know addresses, not names: a named service opens its port to every address. */
  private static NetworkPolicyEgressRule rule(HostPort service) {
    var rule = new NetworkPolicyEgressRuleBuilder().withPorts(NetworkPolicies.tcp(service.port()));
    return isAddress(service)
        ? rule.addNewTo()
            .withNewIpBlock()
            .withCidr(service.host() + "/32")
            .endIpBlock()
            .endTo()
            .build()
        : rule.build();
  }

  private static boolean isAddress(HostPort service) {
    return IPV4.matcher(service.host()).matches();
  }
}
