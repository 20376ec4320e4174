package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** What to do when the API server refuses a change of an object that a new one would not have. */
final class Immutables {

  private Immutables() {}

  /**
   * Whether the refusal ends with a new object, and nothing is lost by that; claims never are.
   *
   * @param acceptedBefore whether the server has taken just this intent before, so that what it
   *     objects to now is somebody else's
   */
  static boolean recreatable(HasMetadata live, String message, boolean acceptedBefore) {
    return propagation(live).isPresent()
        && (immutable(message) || (acceptedBefore && excluded(message)));
  }

  private static boolean immutable(String message) {
    return message.contains("field is immutable")
        || message.contains("updates to statefulset spec for fields other than")
        || message.contains("may not change once set");
  }

  /**
   * Somebody has put a member beside ours that excludes it, such as another source into a volume.
   * An apply takes only what is ours back, and no write removes a foreign member without owning it.
   */
  private static boolean excluded(String message) {
    return message.contains("may not specify more than 1 ")
        || message.contains("may not be specified when");
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
