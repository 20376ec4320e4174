package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.Preflight;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Conditions.Truth;
import dev.daytonaoperator.services.ComponentName;
import java.util.Optional;
import java.util.Set;

/**
 * Whether people reach the platform from outside. Neither condition counts for {@code Ready}: some
 * Ingress controllers never report an address, and only clients see a certificate.
 */
final class ExposureConditions {

  private static final Set<ComponentName> PUBLISHED =
      Set.of(ComponentName.API, ComponentName.PROXY, ComponentName.DEX);

  private ExposureConditions() {}

  static void set(Situation situation, Conditions conditions) {
    if (situation.inputs().isEmpty()) {
      var unknown = "not computed yet";
      conditions.set(ConditionType.ExposureReady, Truth.UNKNOWN, Reason.Unknown, unknown);
      conditions.set(ConditionType.CertificatesReady, Truth.UNKNOWN, Reason.Unknown, unknown);
      return;
    }
    addresses(situation, conditions);
    certificates(situation, conditions);
  }

  private static void addresses(Situation situation, Conditions conditions) {
    var type = ConditionType.ExposureReady;
    var open =
        situation.components().stream()
            .filter(c -> PUBLISHED.contains(c.name()) && !c.ready())
            .findFirst();
    var pending = found(situation, "Address").filter(p -> !p.result().equals("Passed"));
    if (open.isPresent()) {
      conditions.set(
          type,
          Truth.FALSE,
          open.get().reason(),
          open.get().name().id() + " is published but not ready");
    } else if (pending.isPresent()) {
      conditions.set(type, Truth.FALSE, Reason.AddressPending, pending.get().message());
    } else {
      conditions.set(
          type, Truth.TRUE, StatusFactory.stopped(situation) ? Reason.Stopped : Reason.Ready, "");
    }
  }

  private static void certificates(Situation situation, Conditions conditions) {
    var type = ConditionType.CertificatesReady;
    found(situation, "Certificate")
        .ifPresentOrElse(
            it -> conditions.set(type, truth(it), reason(it), it.message()),
            () -> conditions.set(type, Truth.TRUE, Reason.NotApplicable, "TLS is off"));
  }

  private static Truth truth(Preflight found) {
    return Truth.of(found.result().equals("Passed"));
  }

  private static Reason reason(Preflight found) {
    return switch (found.result()) {
      case "Passed" -> Reason.Ready;
      case "Unknown" -> Reason.SecretNotFound;
      default -> Reason.CertificateInvalid;
    };
  }

  private static Optional<Preflight> found(Situation situation, String check) {
    return situation.preflight().stream().filter(p -> p.check().equals(check)).findFirst();
  }
}
