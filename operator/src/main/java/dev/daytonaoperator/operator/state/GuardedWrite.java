package dev.daytonaoperator.operator.state;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes that the server refuses unless the object is still the very one that was read: a JSON
 * Patch that tests uid and resourceVersion first, and a deletion with both as preconditions.
 */
public final class GuardedWrite {

  private final List<Map<String, Object>> operations = new ArrayList<>();

  public GuardedWrite(HasMetadata read) {
    operations.add(operation("test", "/metadata/uid", read.getMetadata().getUid()));
    operations.add(
        operation("test", "/metadata/resourceVersion", read.getMetadata().getResourceVersion()));
  }

  /** Sets the whole {@code data} member, present or not. */
  public GuardedWrite data(Map<String, String> data) {
    operations.add(operation("add", "/data", data));
    return this;
  }

  /** Sets all annotations. */
  public GuardedWrite annotations(Map<String, String> annotations) {
    operations.add(operation("add", "/metadata/annotations", annotations));
    return this;
  }

  /** Sets all labels. */
  public GuardedWrite labels(Map<String, String> labels) {
    operations.add(operation("add", "/metadata/labels", labels));
    return this;
  }

  public GuardedWrite ownerReferences(List<OwnerReference> references) {
    if (references.isEmpty()) {
      operations.add(Map.of("op", "remove", "path", "/metadata/ownerReferences"));
    } else {
      operations.add(operation("add", "/metadata/ownerReferences", references));
    }
    return this;
  }

  public String json() {
    return Serialization.asJson(operations);
  }

  /** Whether a status of the server means that the object is no longer what was read. */
  public static boolean refusedAsStale(int status) {
    return status == 404 || status == 409 || status == 422;
  }

  /**
   * Deletes exactly the object that was read.
   *
   * @param plural its kind as in the URL of the core group
   * @return false when it is no longer what was read
   */
  public static boolean delete(KubernetesClient client, HasMetadata read, String plural) {
    var metadata = read.getMetadata();
    var options =
        new DeleteOptionsBuilder()
            .withNewPreconditions()
            .withUid(metadata.getUid())
            .withResourceVersion(metadata.getResourceVersion())
            .endPreconditions()
            .build();
    var path =
        "/api/v1/namespaces/%s/%s/%s"
            .formatted(metadata.getNamespace(), plural, metadata.getName());
    try {
      return client.raw(path, "DELETE", options) != null;
    } catch (KubernetesClientException e) {
      if (!refusedAsStale(e.getCode())) {
        throw e;
      }
      return false;
    }
  }

  private static Map<String, Object> operation(String op, String path, Object value) {
    var operation = new LinkedHashMap<String, Object>();
    operation.put("op", op);
    operation.put("path", path);
    operation.put("value", value);
    return operation;
  }
}
