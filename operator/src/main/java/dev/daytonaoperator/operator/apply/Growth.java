package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.Stamp.Stamped;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;

/** A volume that was grown is never asked to shrink: the API server would refuse it for ever. */
final class Growth {

  private static final String STORAGE = "storage";

  private Growth() {}

  /** The intent, with the size that the claim has when that is larger. */
  static Stamped kept(Stamped desired, Optional<HasMetadata> live) {
    if (!(desired.object() instanceof PersistentVolumeClaim claim)
        || !(live.orElse(null) instanceof PersistentVolumeClaim existing)) {
      return desired;
    }
    var has = existing.getSpec().getResources().getRequests().get(STORAGE);
    var wants = claim.getSpec().getResources().getRequests().get(STORAGE);
    if (Quantity.getAmountInBytes(has).compareTo(Quantity.getAmountInBytes(wants)) <= 0) {
      return desired;
    }
    var kept = (PersistentVolumeClaim) ObjectTree.copy(claim);
    kept.getSpec().getResources().getRequests().put(STORAGE, has);
    // The hash stays that of what is wanted, so that a restart recognises it.
    return new Stamped(kept, desired.key(), ObjectTree.of(kept), desired.hash());
  }
}
