package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;

/** Why the cluster takes an object or a pod not at all, from the words that it has for it. */
final class PodRefusal {

  private PodRefusal() {}

  /** What the Deployment controller says of pods that it cannot make. */
  static Optional<String> of(HasMetadata workload) {
    return workload instanceof Deployment deployment && deployment.getStatus() != null
        ? deployment.getStatus().getConditions().stream()
            .filter(c -> c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
            .map(c -> c.getMessage())
            .findFirst()
        : Optional.empty();
  }

  /** The reason that these words stand for. */
  static Reason reason(String words, Reason otherwise) {
    return words.contains("exceeded quota")
            || words.contains("failed quota")
            || words.matches("(?s).*(maximum|minimum) .* (usage )?per (Container|Pod|Persistent).*")
        ? Reason.QuotaExceeded
        : otherwise;
  }
}
