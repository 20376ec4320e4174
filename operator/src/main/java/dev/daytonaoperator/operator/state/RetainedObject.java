package dev.daytonaoperator.operator.state;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rules of objects that outlive the resource: they belong to it by label, and by owner reference
 * only while its policy is to delete them with it.
 */
public final class RetainedObject {

  /** Whose an observed object is. */
  public enum Standing {
    OURS,
    /** Being deleted, or owned by another resource: gone soon, nothing may be built on it. */
    DYING,
    /** Held by something that is not this installation's. */
    FOREIGN
  }

  private RetainedObject() {}

  public static Map<String, String> labels(Owner owner, String role, String component) {
    var labels = new TreeMap<String, String>();
    labels.put(Labels.NAME, Labels.DAYTONA);
    labels.put(Labels.INSTANCE, owner.name());
    labels.put(Labels.COMPONENT, component);
    labels.put(Labels.PART_OF, Labels.DAYTONA);
    labels.put(Labels.MANAGED_BY, Labels.OPERATOR);
    labels.put(Labels.INSTALLATION, owner.name());
    labels.put(Labels.ROLE, role);
    return labels;
  }

  public static Standing standing(HasMetadata object, Owner owner, String role) {
    var labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of());
    if (!owner.name().equals(labels.get(Labels.INSTALLATION))
        || !role.equals(labels.get(Labels.ROLE))
        || !Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))) {
      return Standing.FOREIGN;
    }
    var elsewhere =
        references(object).stream()
            .anyMatch(
                reference ->
                    Boolean.TRUE.equals(reference.getController())
                        && !owner.uid().equals(reference.getUid()));
    return elsewhere || object.getMetadata().getDeletionTimestamp() != null
        ? Standing.DYING
        : Standing.OURS;
  }

  /** What a new object's owner references are. */
  public static List<OwnerReference> ownerReferences(Owner owner) {
    return owner.retainData() ? List.of() : List.of(reference(owner));
  }

  /** What the object's owner references should become; empty when they are right. */
  public static Optional<List<OwnerReference>> correction(HasMetadata object, Owner owner) {
    var references = references(object);
    var owned = references.stream().anyMatch(r -> owner.uid().equals(r.getUid()));
    if (owned != owner.retainData()) {
      return Optional.empty();
    }
    var corrected = new ArrayList<>(references);
    corrected.removeIf(reference -> owner.uid().equals(reference.getUid()));
    corrected.addAll(ownerReferences(owner));
    return Optional.of(corrected);
  }

  /**
   * What the object's labels should become; empty when ours are right. Those by which it is
   * recognised cannot be wrong here: without them it is not ours.
   */
  public static Optional<Map<String, String>> labelCorrection(
      HasMetadata object, Map<String, String> wanted) {
    var labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of());
    if (labels.entrySet().containsAll(wanted.entrySet())) {
      return Optional.empty();
    }
    var corrected = new TreeMap<>(labels);
    corrected.putAll(wanted);
    return Optional.of(corrected);
  }

  private static List<OwnerReference> references(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getOwnerReferences(), List.of());
  }

  private static OwnerReference reference(Owner owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.apiVersion())
        .withKind(owner.kind())
        .withName(owner.name())
        .withUid(owner.uid())
        .withController(true)
        .build();
  }
}
