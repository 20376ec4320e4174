package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Marks objects as this owner's: namespace, labels, owner reference, hash of the intent. */
public final class Stamp {

  private Stamp() {}

  /** A desired child with its stamp. */
  record Stamped(HasMetadata object, ObjectKey key, ObjectTree tree, String hash) {}

  static Stamped child(Owner owner, HasMetadata desired) {
    var object = labelled(owner, desired);
    if (!(object instanceof PersistentVolumeClaim) || !owner.retainData()) {
      object.getMetadata().setOwnerReferences(List.of(reference(owner)));
    }
    var hash = ObjectTree.of(object).hash();
    var annotations = new TreeMap<>(orEmpty(object.getMetadata().getAnnotations()));
    annotations.put(Annotations.DESIRED, hash);
    object.getMetadata().setAnnotations(annotations);
    return new Stamped(object, ObjectKey.of(object), ObjectTree.of(object), hash);
  }

  /** A Job that does a step: owned, but neither applied nor pruned as a child. */
  public static HasMetadata step(Owner owner, HasMetadata job) {
    var object = labelled(owner, job);
    object.getMetadata().getLabels().put(Labels.ROLE, Labels.ROLE_STEP);
    object.getMetadata().setOwnerReferences(List.of(reference(owner)));
    return object;
  }

  /**
   * A copy with namespace and labels, and no more: what a person reads before there is an owner.
   */
  public static HasMetadata labelled(Owner owner, HasMetadata desired) {
    var object = ObjectTree.copy(desired);
    var metadata = object.getMetadata();
    metadata.setNamespace(owner.namespace());
    var labels = new TreeMap<>(orEmpty(metadata.getLabels()));
    labels.put(Labels.NAME, Labels.DAYTONA);
    labels.put(Labels.INSTANCE, owner.name());
    labels.put(Labels.PART_OF, Labels.DAYTONA);
    labels.put(Labels.MANAGED_BY, Labels.OPERATOR);
    labels.put(Labels.INSTALLATION, owner.name());
    metadata.setLabels(labels);
    return object;
  }

  private static OwnerReference reference(Owner owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.apiVersion())
        .withKind(owner.kind())
        .withName(owner.name())
        .withUid(owner.uid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  private static Map<String, String> orEmpty(
      @org.jspecify.annotations.Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
