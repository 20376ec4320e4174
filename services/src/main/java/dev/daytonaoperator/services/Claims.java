package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Storage;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;

/**
 * Volumes of single-replica workloads: an explicit claim, which can grow and outlive its workload,
 * in place of {@code volumeClaimTemplates}, which can do neither.
 */
final class Claims {

  private Claims() {}

  /** The claim that the pod mounts: the user's, or the one named like the workload. */
  static String nameOf(Identity identity, Storage storage) {
    return Optional.ofNullable(storage.existingClaim()).orElse(identity.name());
  }

  /** The claim to make; none when the user has brought one. */
  static List<PersistentVolumeClaim> of(Identity identity, Storage storage) {
    if (storage.existingClaim() != null) {
      return List.of();
    }
    return List.of(
        new PersistentVolumeClaimBuilder()
            .withMetadata(identity.metadata())
            .withNewSpec()
            .withAccessModes("ReadWriteOnce")
            // absent means the cluster's default class; "" would mean none
            .withStorageClassName(storage.storageClassName())
            .withNewResources()
            .addToRequests("storage", new Quantity(storage.size()))
            .endResources()
            .endSpec()
            .build());
  }
}
