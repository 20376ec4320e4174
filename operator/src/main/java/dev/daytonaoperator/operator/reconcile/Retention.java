package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.operator.apply.ApplyResult;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.ArrayList;
import java.util.List;

/**
 * What would happen to data on deletion now, which the objects themselves carry, and what is kept.
 */
final class Retention {

  private Retention() {}

  static DataRetention.Policy inForce(Observed observed, Owner owner) {
    boolean owned =
        observed.labelled(owner.namespace(), owner.name()).stream()
            .filter(Retention::retainable)
            .anyMatch(
                o ->
                    o.getMetadata().getOwnerReferences().stream()
                        .anyMatch(r -> r.getUid().equals(owner.uid())));
    boolean free =
        observed.labelled(owner.namespace(), owner.name()).stream()
            .filter(Retention::retainable)
            .anyMatch(o -> o.getMetadata().getOwnerReferences().isEmpty());
    // While some objects still carry the other policy, that one is told: it is what would happen.
    if (owner.retainData()) {
      return owned ? DataRetention.Policy.Delete : DataRetention.Policy.Retain;
    }
    return free ? DataRetention.Policy.Retain : DataRetention.Policy.Delete;
  }

  /** What is kept though nothing needs it, and what to do about it. */
  static List<DaytonaInstallationStatus.Retained> kept(ApplyResult applied, List<String> secrets) {
    var result = new ArrayList<DaytonaInstallationStatus.Retained>();
    applied
        .retained()
        .forEach(
            key ->
                result.add(
                    new DaytonaInstallationStatus.Retained(
                        key.kind(), key.name(), "unused data; delete it when it is not needed")));
    secrets.forEach(
        name ->
            result.add(
                new DaytonaInstallationStatus.Retained(
                    "Secret", name, "opens kept data; delete it together with them")));
    return List.copyOf(result);
  }

  private static boolean retainable(HasMetadata object) {
    var role = object.getMetadata().getLabels().get(Labels.ROLE);
    return object instanceof PersistentVolumeClaim
        || Labels.ROLE_CREDENTIAL.equals(role)
        || Labels.ROLE_STATE.equals(role);
  }
}
