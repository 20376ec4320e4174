package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** What to do when the API server refuses a change because a field of that kind never changes. */
final class Immutables {

  private Immutables() {}

  /** Whether the refusal ends with a new object, and nothing is lost by that; claims never are. */
  static boolean recreatable(HasMetadata live, String message) {
    boolean immutable =
        message.contains("field is immutable")
            || message.contains("updates to statefulset spec for fields other than")
            || message.contains("may not change once set");
    return immutable && propagation(live).isPresent();
  }

  /** Deletes the object so that a later pass makes it anew. */
  static void delete(KubernetesClient client, HasMetadata live) {
    Deletion.delete(client, live, propagation(live).orElseThrow());
  }

  private static Optional<DeletionPropagation> propagation(HasMetadata live) {
    return switch (live) {
      // The pods stay and are taken over by the new one: a data store goes on serving.
      case StatefulSet s -> Optional.of(DeletionPropagation.ORPHAN);
      case Deployment d -> Optional.of(DeletionPropagation.BACKGROUND);
      case Service s -> Optional.of(DeletionPropagation.BACKGROUND);
      default -> Optional.empty();
    };
  }
}
