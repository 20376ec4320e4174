package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;

/** Tells which retention policy the objects themselves carry: what would happen on deletion now. */
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

  private static boolean retainable(HasMetadata object) {
    var role = object.getMetadata().getLabels().get(Labels.ROLE);
    return object instanceof PersistentVolumeClaim
        || Labels.ROLE_CREDENTIAL.equals(role)
        || Labels.ROLE_STATE.equals(role);
  }
}
