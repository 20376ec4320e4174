package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Identity of an object by kind and name; kinds are unique within what the operator manages. */
public record ObjectKey(String kind, String namespace, String name) {

  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
