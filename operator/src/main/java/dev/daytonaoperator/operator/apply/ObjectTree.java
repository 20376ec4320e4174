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
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object as a tree of values, for comparing what we want with what is there: only the paths that
 * we set count. Lists that the API server merges by key are matched by that key; all others count
 * whole, so that nothing foreign hides in an element of ours.
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
          Map.entry("volumeDevices", List.of("devicePath")),
          Map.entry("hostAliases", List.of("ip")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
          Map.entry("ownerReferences", List.of("uid")));

  /** What the API server adds to elements of lists that are not merged by key. */
  private static final Map<String, String> ELEMENT_DEFAULTS =
      Map.of("protocol", "TCP", "apiVersion", "v1", "divisor", "0", "expirationSeconds", "3600");

  /** Parents of quantities; elsewhere "1" and "1000m" are different texts. */
  private static final Set<String> QUANTITIES_OF = Set.of("requests", "limits");

  private static final Set<String> QUANTITIES = Set.of("sizeLimit", "divisor");

  /** The API server leaves out empty maps, but keeps empty objects: they have a meaning. */
  private static final Set<String> MAPS =
      Set.of("labels", "annotations", "nodeSelector", "matchLabels", "data", "requests", "limits");

  private final JsonNode root;
  private final boolean service;

  private ObjectTree(JsonNode root) {
    this.root = root;
    this.service = root.path("kind").asText().equals("Service");
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
    return within(new Place("", "", false), root, actual.root);
  }

  private JsonNode project(String field, JsonNode wanted, @Nullable JsonNode actual) {
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

  /**
   * Where a comparison is.
   *
   * @param exact whether foreign fields count: inside an element of a list that counts whole
   */
  private record Place(String parent, String field, boolean exact) {

    Place at(String child) {
      return new Place(field, child, exact);
    }

    Place element(boolean merged) {
      return new Place(field, "", exact || !merged);
    }

    boolean quantity() {
      return QUANTITIES_OF.contains(parent) || QUANTITIES.contains(field);
    }
  }

  private boolean within(Place place, JsonNode wanted, @Nullable JsonNode actual) {
    if (actual == null || actual.isNull()) {
      return absenceMeans(place, wanted);
    }
    if (wanted.isObject() && actual.isObject()) {
      return membersWithin(place, wanted, actual);
    }
    if (wanted.isArray() && actual.isArray()) {
      var keys = mergeKeys(place.field(), wanted);
      return keys == null
          ? elementsWithin(place, wanted, actual)
          : keyedWithin(place, wanted, (ArrayNode) actual, keys);
    }
    return wanted.equals(actual)
        || (place.quantity() && sameQuantity(wanted.asText(), actual.asText()));
  }

  /** Whether the API server shows {@code wanted} by leaving it out. */
  private static boolean absenceMeans(Place place, JsonNode wanted) {
    return wanted.isNull()
        || (wanted.isArray() && wanted.isEmpty())
        || (wanted.isObject() && wanted.isEmpty() && MAPS.contains(place.field()))
        || (wanted.isTextual() && wanted.asText().isEmpty() && place.field().equals("value"));
  }

  private boolean membersWithin(Place place, JsonNode wanted, JsonNode actual) {
    for (var entry : wanted.properties()) {
      if (!within(place.at(entry.getKey()), entry.getValue(), actual.get(entry.getKey()))) {
        return false;
      }
    }
    return !place.exact()
        || actual.properties().stream()
            .allMatch(
                e ->
                    wanted.has(e.getKey())
                        || e.getValue().asText().equals(ELEMENT_DEFAULTS.get(e.getKey())));
  }

  private boolean elementsWithin(Place place, JsonNode wanted, JsonNode actual) {
    if (wanted.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!within(place.element(false), wanted.get(i), actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean keyedWithin(Place place, JsonNode wanted, ArrayNode actual, List<String> keys) {
    for (var element : wanted) {
      if (!within(place.element(true), element, match(element, actual, keys))) {
        return false;
      }
    }
    return true;
  }

  private @Nullable List<String> mergeKeys(String field, JsonNode list) {
    if (!list.isArray() || list.isEmpty() || !list.get(0).isObject()) {
      return null;
    }
    if (!field.equals("ports")) {
      return MERGE_KEYS.get(field);
    }
    if (list.get(0).has("containerPort")) {
      return List.of("containerPort", "protocol");
    }
    return service ? List.of("port", "protocol") : null; // a NetworkPolicy's are not merged
  }

  /** The only element with these keys; of two the later would win, so two are as bad as none. */
  private static @Nullable JsonNode match(JsonNode wanted, ArrayNode actual, List<String> keys) {
    JsonNode found = null;
    for (var candidate : actual) {
      if (keys.stream().allMatch(key -> keyOf(wanted, key).equals(keyOf(candidate, key)))) {
        if (found != null) {
          return null;
        }
        found = candidate;
      }
    }
    return found;
  }

  private static String keyOf(JsonNode element, String key) {
    return element.path(key).asText(key.equals("protocol") ? "TCP" : "");
  }

  private static boolean sameQuantity(String a, String b) {
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
