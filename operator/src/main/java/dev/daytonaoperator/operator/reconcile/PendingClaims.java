package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Locale;
import java.util.Optional;

/**
 * Claims without storage that keep a pod from a node: the scheduler says so, or says nothing for
 * longer than a provisioner needs.
 */
final class PendingClaims {

  private final Observed observed;
  private final ComponentObserver.Patience patience;

  PendingClaims(Observed observed, ComponentObserver.Patience patience) {
    this.observed = observed;
    this.patience = patience;
  }

  /**
   * The claim that a pod waits for, in words.
   *
   * @param scheduler why the scheduler finds no node, when it finds none
   */
  Optional<String> of(Pod pod, Optional<String> scheduler) {
    boolean forAnotherReason = scheduler.filter(words -> !aboutVolumes(words)).isPresent();
    if (forAnotherReason || pod.getSpec() == null || pod.getSpec().getNodeName() != null) {
      return Optional.empty();
    }
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getPersistentVolumeClaim() != null)
        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
        .flatMap(claim -> pending(pod, claim).stream())
        .filter(c -> scheduler.isPresent() || patience.lasts(ObjectKey.of(c) + " is pending"))
        .findFirst()
        .map(claim -> words(claim) + scheduler.map(s -> "; " + s).orElse(""));
  }

  private static boolean aboutVolumes(String words) {
    return words.toLowerCase(Locale.ROOT).contains("persistentvolume");
  }

  private Optional<PersistentVolumeClaim> pending(Pod pod, String name) {
    var key = new ObjectKey("PersistentVolumeClaim", pod.getMetadata().getNamespace(), name);
    return observed
        .find(key)
        .filter(PersistentVolumeClaim.class::isInstance)
        .map(PersistentVolumeClaim.class::cast)
        .filter(c -> c.getStatus() != null && "Pending".equals(c.getStatus().getPhase()));
  }

  private static String words(PersistentVolumeClaim claim) {
    var name = claim.getSpec().getStorageClassName();
    return "PersistentVolumeClaim "
        + claim.getMetadata().getName()
        + " is not bound, "
        + (name == null
            ? "and there is no default StorageClass"
            : "StorageClass '" + name + "' gives no volume: is it there, and its provisioner up?");
  }
}
