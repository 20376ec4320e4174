package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Deletes exactly the state of an object that was seen: never a newer one of the same name. */
public final class Deletion {

  private Deletion() {}

  public static void delete(
      KubernetesClient client, HasMetadata seen, DeletionPropagation propagation) {
    var meta = seen.getMetadata();
    var options =
        new DeleteOptionsBuilder()
            .withPropagationPolicy(propagation.toString())
            .withNewPreconditions()
            .withUid(meta.getUid())
            .withResourceVersion(meta.getResourceVersion())
            .endPreconditions()
            .build();
    var path = ManagedKind.of(seen.getKind()).path(meta.getNamespace()) + "/" + meta.getName();
    var unused = client.raw(path, "DELETE", options);
  }
}
