package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One node of the CRD's schema with its place, and the ways down from it. */
record Schema(String path, ObjectNode node) {

  /** The schema itself and everything below it, parents first. */
  static void walk(Schema schema, Consumer<Schema> visit) {
    visit.accept(schema);
    schema.children().forEach(child -> walk(child, visit));
  }

  List<Schema> children() {
    var found = new ArrayList<Schema>();
    node.path("properties")
        .properties()
        .forEach(e -> found.add(new Schema(path + "." + e.getKey(), (ObjectNode) e.getValue())));
    if (node.get("items") instanceof ObjectNode items) {
      found.add(new Schema(path + "[]", items));
    }
    if (node.get("additionalProperties") instanceof ObjectNode values) {
      found.add(new Schema(path + "{}", values));
    }
    return found;
  }

  /** The schema at {@code a.b[].c} below this one. */
  Schema at(String relative) {
    var schema = this;
    for (var name : relative.replace("[]", ".[]").split("\\.")) {
      var wanted = schema.path + (name.equals("[]") ? "[]" : "." + name);
      schema =
          schema.children().stream()
              .filter(child -> child.path.equals(wanted))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no field " + wanted));
    }
    return schema;
  }

  /** Whether the field must be there whenever this object is. */
  boolean requires(String field) {
    for (var required : node.path("required")) {
      if (required.asText().equals(field)) {
        return true;
      }
    }
    return false;
  }

  String type() {
    return node.path("type").asText("");
  }

  String description() {
    return node.path("description").asText("");
  }

  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  JsonNode rules() {
    return node.path("x-kubernetes-validations");
  }
}
