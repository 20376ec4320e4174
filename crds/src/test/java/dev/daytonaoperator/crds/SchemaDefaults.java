package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Completes {@code default: {}} of objects with the defaults of their members: the API server
 * checks an object's default against the rules before it fills in those of the members.
 */
final class SchemaDefaults {

  private SchemaDefaults() {}

  static void complete(Schema schema) {
    schema.children().forEach(SchemaDefaults::complete);
    if (schema.node().get("default") instanceof ObjectNode whole) {
      for (var child : schema.children()) {
        var part = child.node().get("default");
        if (part != null && !whole.has(child.name())) {
          whole.set(child.name(), part.deepCopy());
        }
      }
    }
  }
}
