package dev.daytonaoperator.operator.apply;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Every value that an object sets, and changes of each. */
final class Leaves {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What an object is found by; it cannot change. */
  private static final Set<String> IDENTITY =
      Set.of("/kind", "/apiVersion", "/metadata/name", "/metadata/namespace");

  private Leaves() {}

  static List<JsonPointer> of(HasMetadata object) {
    var leaves = new ArrayList<JsonPointer>();
    collect(MAPPER.valueToTree(object), JsonPointer.empty(), leaves);
    leaves.removeIf(p -> IDENTITY.contains(p.toString()));
    return leaves;
  }

  private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> leaves) {
    if (node.isObject()) {
      node.forEachEntry((name, value) -> collect(value, at.appendProperty(name), leaves));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), at.appendIndex(i), leaves);
      }
    } else {
      leaves.add(at);
    }
  }

  /** The object with the value at this path removed or replaced by another. */
  static HasMetadata changed(HasMetadata object, JsonPointer at, SplittableRandom random) {
    JsonNode tree = MAPPER.valueToTree(object);
    var parent = tree.at(at.head());
    var value = tree.at(at);
    if (parent instanceof ArrayNode list) {
      int index = at.last().getMatchingIndex();
      if (random.nextBoolean()) {
        list.remove(index);
      } else {
        list.set(index, other(value, random));
      }
    } else {
      var name = at.last().getMatchingProperty();
      // The server shows an empty value by leaving it out; a reference's version is never absent.
      boolean removable = !value.asText().isEmpty() && !name.equals("apiVersion");
      if (removable && random.nextBoolean()) {
        ((ObjectNode) parent).remove(name);
      } else {
        ((ObjectNode) parent).set(name, other(value, random));
      }
    }
    return MAPPER.convertValue(tree, object.getClass());
  }

  private static JsonNode other(JsonNode value, SplittableRandom random) {
    if (value.isBoolean()) {
      return BooleanNode.valueOf(!value.asBoolean());
    }
    if (value.isNumber()) {
      return IntNode.valueOf(value.asInt() + 1 + random.nextInt(1000));
    }
    // Begins with a number, so that it is another quantity too where one is expected.
    return TextNode.valueOf(random.nextInt(1_000_000, 2_000_000) + "k");
  }
}
