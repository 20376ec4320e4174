package dev.daytonaoperator.crds;

import java.util.Map;

/** How server-side apply merges each list: by a key, or as a whole. */
final class ListTypes {

  static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry(".spec.components", "name"),
          Map.entry(".spec.runners", "name"),
          Map.entry(".spec.auth.dex.users", "email"),
          Map.entry(".spec.images.pullSecrets", "name"),
          Map.entry(".spec.components[].pod.extraEnv", "name"),
          Map.entry(".spec.components[].pod.extraVolumes", "name"),
          Map.entry(".spec.components[].pod.extraVolumeMounts", "mountPath"),
          Map.entry(".spec.runners[].pod.extraEnv", "name"),
          Map.entry(".spec.runners[].pod.extraVolumes", "name"),
          Map.entry(".spec.runners[].pod.extraVolumeMounts", "mountPath"),
          Map.entry(".status.conditions", "type"),
          Map.entry(".status.components", "name"),
          Map.entry(".status.runners", "name"));

  private ListTypes() {}

  /** Lists inside Kubernetes' own types stay unmarked, which the API server takes as atomic. */
  static void set(Schema schema) {
    if (schema.type().equals("array")) {
      var key = KEYS.get(schema.path());
      schema.node().put("x-kubernetes-list-type", key == null ? "atomic" : "map");
      if (key != null) {
        schema.node().putArray("x-kubernetes-list-map-keys").add(key);
      }
    }
    if (!EmbeddedTypes.isEmbedded(schema)) {
      schema.children().forEach(ListTypes::set);
    }
  }
}
