package dev.daytonaoperator.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object as a tree of values, for comparing what we want with what is there: only the paths that
 * we set count. Lists that the API server merges by key are matched by that key, others count
 * whole.
 */
final class ObjectTree {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Merge keys of the API's associative lists, by the list's field name. */
  private static final Map<String, List<String>> MERGE_KEYS =
      Map.ofEntries(
          Map.entry("containers", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("volumes", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("hostAliases", List.of("ip")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
          Map.entry("ownerReferences", List.of("uid")));

  /** Containers' and Services' ports; a NetworkPolicy's are a plain list. */
  private static final List<List<String>> PORT_KEYS =
      List.of(List.of("containerPort", "protocol"), List.of("port", "protocol"));

  private final JsonNode root;

  private ObjectTree(JsonNode root) {
    this.root = root;
  }

  static ObjectTree of(HasMetadata object) {
    ObjectNode tree = MAPPER.valueToTree(object);
    tree.remove("status");
    return new ObjectTree(tree);
  }

  static HasMetadata copy(HasMetadata object) {
    return MAPPER.convertValue(object, object.getClass());
  }

  /** SHA-256 over the tree with sorted fields. */
  String hash() {
    return sha256(root);
  }

  /** Hash of {@code actual} reduced to the paths of this tree. */
  String fingerprint(ObjectTree actual) {
    return sha256(project("", root, actual.root));
  }

  /** Whether every path of this tree has an equal value in {@code actual}. */
  boolean within(ObjectTree actual) {
    return within("", root, actual.root);
  }

  private static JsonNode project(String field, JsonNode wanted, @Nullable JsonNode actual) {
    if (actual == null || actual.isMissingNode()) {
      return JsonNodeFactory.instance.missingNode();
    }
    if (wanted.isObject() && actual.isObject()) {
      var result = JsonNodeFactory.instance.objectNode();
      wanted.forEachEntry(
          (name, value) -> {
            var part = project(name, value, actual.get(name));
            if (!part.isMissingNode()) {
              result.set(name, part);
            }
          });
      return result;
    }
    var keys = mergeKeys(field, wanted);
    if (keys != null && actual.isArray()) {
      var result = JsonNodeFactory.instance.arrayNode();
      for (var element : wanted) {
        result.add(project("", element, match(element, (ArrayNode) actual, keys)));
      }
      return result;
    }
    return actual;
  }

  private static boolean within(String field, JsonNode wanted, @Nullable JsonNode actual) {
    if (actual == null) {
      return wanted.isNull() || (wanted.isContainerNode() && wanted.isEmpty());
    }
    if (wanted.isObject() && actual.isObject()) {
      for (var entry : wanted.properties()) {
        if (!within(entry.getKey(), entry.getValue(), actual.get(entry.getKey()))) {
          return false;
        }
      }
      return true;
    }
    var keys = mergeKeys(field, wanted);
    if (keys != null && actual.isArray()) {
      for (var element : wanted) {
        if (!within("", element, match(element, (ArrayNode) actual, keys))) {
          return false;
        }
      }
      return true;
    }
    if (wanted.isArray() && actual.isArray()) {
      if (wanted.size() != actual.size()) {
        return false;
      }
      for (int i = 0; i < wanted.size(); i++) {
        if (!within("", wanted.get(i), actual.get(i))) {
          return false;
        }
      }
      return true;
    }
    return wanted.equals(actual) || sameQuantity(wanted.asText(), actual.asText());
  }

  private static @Nullable List<String> mergeKeys(String field, JsonNode list) {
    if (!list.isArray() || list.isEmpty() || !list.get(0).isObject()) {
      return null;
    }
    if (!field.equals("ports")) {
      return MERGE_KEYS.get(field);
    }
    return PORT_KEYS.stream()
        .filter(keys -> list.get(0).has(keys.getFirst()) && list.get(0).has("name"))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable JsonNode match(JsonNode wanted, ArrayNode actual, List<String> keys) {
    for (var candidate : actual) {
      if (keys.stream().allMatch(key -> keyOf(wanted, key).equals(keyOf(candidate, key)))) {
        return candidate;
      }
    }
    return null;
  }

  private static String keyOf(JsonNode element, String key) {
    return element.path(key).asText(key.equals("protocol") ? "TCP" : "");
  }

  private static boolean sameQuantity(String a, String b) {
    if (a.equals(b)) {
      return true; // a number and the string of it: int-or-string
    }
    try {
      return Quantity.getAmountInBytes(new Quantity(a))
              .compareTo(Quantity.getAmountInBytes(new Quantity(b)))
          == 0;
    } catch (IllegalArgumentException e) {
      return false; // not quantities
    }
  }

  private static String sha256(JsonNode tree) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(canonical(tree).toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode canonical(JsonNode node) {
    if (node.isObject()) {
      var sorted = new TreeMap<String, JsonNode>();
      node.forEachEntry(sorted::put);
      var result = JsonNodeFactory.instance.objectNode();
      sorted.forEach((name, value) -> result.set(name, canonical(value)));
      return result;
    }
    if (node.isArray()) {
      var elements = new ArrayList<JsonNode>();
      node.forEach(e -> elements.add(canonical(e)));
      return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }
    return node;
  }
}
