package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kubernetes' own types inside the API: undescribed, bounded alike, and without what is unused. */
final class EmbeddedTypes {

  private static final Set<String> OF_A_POD =
      Set.of(
          "resources",
          "tolerations",
          "affinity",
          "topologySpreadConstraints",
          "extraEnv",
          "extraVolumeMounts",
          "securityContext");

  private static final Set<String> OF_A_VOLUME =
      Set.of("configMap", "secret", "emptyDir", "persistentVolumeClaim");

  /**
   * Rare or without effect here: parts of dynamic resource claims, of Windows, of mounts and of
   * rolling selectors. What is left out keeps the CRD small.
   */
  private static final Set<String> UNUSED =
      Set.of(
          "claims",
          "fileKeyRef",
          "matchFields",
          "matchLabelKeys",
          "mismatchLabelKeys",
          "mountPropagation",
          "recursiveReadOnly",
          "seLinuxChangePolicy",
          "windowsOptions");

  /** Members of volumes in Kubernetes after 1.35: older API servers would drop them. */
  private static final Set<String> NOT_YET = Set.of("user", "defaultUser");

  /** An installation is in one namespace: affinity of its pods does without others. */
  private static final List<String> OF_OTHER_NAMESPACES =
      List.of("namespaces", "namespaceSelector");

  /** A value of a variable may be long; a path or name in a pod never is. */
  private static final int LONGEST = 4096;

  private static final int MOST = 64;

  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "extraEnv", List.of("name"),
          "extraVolumeMounts", List.of("mountPath", "name"),
          "conditions", List.of("lastTransitionTime", "message", "reason", "status", "type"));

  private EmbeddedTypes() {}

  static boolean isEmbedded(Schema schema) {
    var path = schema.path();
    return schema.name().equals("ingressFrom")
        || path.equals(".status.conditions")
        || (path.contains(".pod.extraVolumes[].") && OF_A_VOLUME.contains(schema.name()))
        || (path.matches(".*\\.pod\\.[A-Za-z]+") && OF_A_POD.contains(schema.name()));
  }

  static void trim(Schema root) {
    Schema.walk(
        root,
        schema -> {
          if (isEmbedded(schema)) {
            prune(schema);
            schema.children().forEach(child -> Schema.walk(child, EmbeddedTypes::bound));
            require(schema);
          }
        });
    conditions(root.at("status.conditions[]"));
  }

  /** As Kubernetes bounds its own conditions. */
  private static void conditions(Schema condition) {
    condition.at("lastTransitionTime").node().put("format", "date-time").put("maxLength", 64);
    condition.at("message").node().put("maxLength", 32768);
    condition.at("observedGeneration").node().put("format", "int64").put("minimum", 0);
    condition
        .at("reason")
        .node()
        .put("minLength", 1)
        .put("maxLength", 1024)
        .put("pattern", "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    var status = condition.at("status").node();
    status.remove("maxLength");
    status.putArray("enum").add("True").add("False").add("Unknown");
    condition.at("type").node().put("maxLength", 316);
  }

  private static void prune(Schema schema) {
    if (schema.node().get("properties") instanceof ObjectNode members) {
      members.remove(UNUSED);
      if (schema.path().contains(".affinity.")) {
        members.remove(OF_OTHER_NAMESPACES);
      }
      if (schema.path().contains(".extraVolumes[]")) {
        members.remove(NOT_YET);
      }
    }
    schema.children().forEach(EmbeddedTypes::prune);
  }

  private static void bound(Schema schema) {
    var node = schema.node();
    node.remove("description");
    switch (schema.type()) {
      case "string" -> {
        if (!node.has("maxLength") && !node.has("enum")) {
          node.put("maxLength", LONGEST);
        }
      }
      case "array" -> node.put("maxItems", MOST);
      case "object" -> {
        if (node.has("additionalProperties")) {
          node.put("maxProperties", MOST);
        }
      }
      default -> {}
    }
  }

  private static void require(Schema schema) {
    var fields = REQUIRED.get(schema.name());
    if (fields != null) {
      var required = ((ObjectNode) schema.node().get("items")).putArray("required");
      fields.forEach(required::add);
    }
  }
}
