package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.Preflight;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.credentials.ReferencedSecrets;
import dev.daytonaoperator.operator.credentials.ServedCertificate;
import dev.daytonaoperator.services.Ingresses;
import dev.daytonaoperator.services.Inputs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the platform is reached from outside: addresses that others give, certificates of others.
 *
 * @param retryAfter when to look again though no event may come
 */
record Publication(List<Preflight> preflight, Optional<Duration> retryAfter) {

  /** Looks at both, where the spec asks for them. */
  static Publication of(Inputs inputs, List<HasMetadata> objects, Parts parts) {
    var certificate = certificate(inputs, parts.references(), parts.clock());
    return new Publication(
        Stream.of(
                addresses(inputs, objects, parts.cache()), certificate.map(Certificate::preflight))
            .flatMap(Optional::stream)
            .toList(),
        certificate.flatMap(Certificate::retryAfter));
  }

  /** Load balancers and Ingresses that have no address yet; absent where there are none at all. */
  private static Optional<Preflight> addresses(
      Inputs inputs, List<HasMetadata> objects, Observed seen) {
    var wanted = objects.stream().filter(Publication::needsAddress).toList();
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    var pending =
        wanted.stream()
            .map(o -> new ObjectKey(o.getKind(), inputs.namespace(), o.getMetadata().getName()))
            .filter(key -> seen.find(key).filter(Publication::hasAddress).isEmpty())
            .map(key -> key.kind() + " " + key.name())
            .toList();
    return Optional.of(
        pending.isEmpty()
            ? new Preflight("Address", "Passed", "every load balancer and Ingress has an address")
            : new Preflight(
                "Address",
                "Failed",
                String.join(", ", pending)
                    + " has no address yet: is there a controller for it in the cluster?"));
  }

  private static boolean needsAddress(HasMetadata object) {
    return object instanceof Ingress
        || object instanceof Service s && "LoadBalancer".equals(s.getSpec().getType());
  }

  private static boolean hasAddress(HasMetadata live) {
    return switch (live) {
      case Service s ->
          s.getStatus() != null
              && s.getStatus().getLoadBalancer() != null
              && !s.getStatus().getLoadBalancer().getIngress().isEmpty();
      case Ingress i ->
          i.getStatus() != null
              && i.getStatus().getLoadBalancer() != null
              && !i.getStatus().getLoadBalancer().getIngress().isEmpty();
      default -> true;
    };
  }

  private record Certificate(Preflight preflight, Optional<Duration> retryAfter) {}

  /** Looks into the certificate when it is not the operator's own. */
  private static Optional<Certificate> certificate(
      Inputs inputs, ReferencedSecrets secrets, Clock clock) {
    return switch (inputs.spec().exposure().tls().type()) {
      case Disabled, SelfSigned -> Optional.empty();
      case Secret, CertManager -> Optional.of(theirs(inputs, secrets, clock));
    };
  }

  private static Certificate theirs(Inputs inputs, ReferencedSecrets secrets, Clock clock) {
    var name = Ingresses.tlsSecret(inputs).orElseThrow();
    var secret = secrets.find(inputs.namespace(), name);
    if (secret.isEmpty()) {
      return new Certificate(
          new Preflight("Certificate", "Unknown", "Secret " + name + " does not exist yet"),
          Optional.empty());
    }
    var found = ServedCertificate.judge(secret.get(), Ingresses.hosts(inputs), clock.instant());
    return new Certificate(
        new Preflight(
            "Certificate",
            found.fault().isEmpty() ? "Passed" : "Failed",
            "Secret " + name + ": " + found.fault().orElse("valid until " + found.until())),
        found.next().map(at -> Duration.between(clock.instant(), at).plusSeconds(1)));
  }
}
