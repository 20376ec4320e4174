package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The schema of the resource, as the API server has it: defaults, and what is wrong with a spec.
 * Rules between fields (CEL) are the API server's alone.
 */
final class ResourceSchema {

  private static final String FILE =
      "/META-INF/crds/daytonainstallations.daytona-operator.dev.yaml";

  /** Read once: it is large. */
  private static final class Holder {
    static final ResourceSchema SCHEMA = read();
  }

  private final JsonNode spec;

  private ResourceSchema(JsonNode spec) {
    this.spec = spec;
  }

  static ResourceSchema get() {
    return Holder.SCHEMA;
  }

  private static ResourceSchema read() {
    try (var file = DaytonaInstallation.class.getResourceAsStream(FILE)) {
      var crd = new YAMLMapper().readTree(Objects.requireNonNull(file, FILE));
      return new ResourceSchema(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills in the schema's defaults, parents first, as the API server does. */
  void fillDefaults(JsonNode value) {
    fillDefaults(spec, value);
  }

  private static void fillDefaults(JsonNode schema, JsonNode value) {
    if (value instanceof ObjectNode object) {
      for (var property : schema.path("properties").properties()) {
        var fallback = property.getValue().get("default");
        if (fallback != null && !object.has(property.getKey())) {
          object.set(property.getKey(), fallback.deepCopy());
        }
        var child = object.get(property.getKey());
        if (child != null) {
          fillDefaults(property.getValue(), child);
        }
      }
    }
    value
        .valueStream()
        .forEach(
            child ->
                fillDefaults(
                    schema.path(value.isArray() ? "items" : "additionalProperties"), child));
  }

  /** Everything that the API server would refuse field by field; each with its path. */
  List<String> problems(JsonNode value) {
    var problems = new Problems(new ArrayList<>());
    problems.check("spec", spec, value);
    return problems.found();
  }

  private record Problems(List<String> found) {

    void add(String path, String what) {
      found.add(path + ": " + what);
    }

    void check(String path, JsonNode schema, JsonNode value) {
      if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
        if (!value.isIntegralNumber() && !value.isTextual()) {
          add(path, "must be a number or a string");
        }
        return;
      }
      var type = schema.path("type").asText();
      if (!is(type, value)) {
        add(path, "must be of type " + type + ", is " + kind(value));
        return;
      }
      switch (type) {
        case "object" -> members(path, schema, value);
        case "array" -> elements(path, schema, value);
        case "string" -> text(path, schema, value.asText());
        case "integer", "number" -> number(path, schema, value.asDouble());
        default -> {}
      }
      choice(path, schema, value);
    }

    private static boolean is(String type, JsonNode value) {
      return switch (type) {
        case "object" -> value.isObject();
        case "array" -> value.isArray();
        case "string" -> value.isTextual();
        case "integer" -> value.isIntegralNumber();
        case "number" -> value.isNumber();
        case "boolean" -> value.isBoolean();
        default -> true;
      };
    }

    private static String kind(JsonNode value) {
      return value.isContainerNode()
          ? value.getNodeType().toString().toLowerCase(java.util.Locale.ROOT)
          : value.toString();
    }

    private void members(String path, JsonNode schema, JsonNode value) {
      for (var name : schema.path("required")) {
        if (!value.has(name.asText())) {
          add(path + "." + name.asText(), "is required");
        }
      }
      for (var member : value.properties()) {
        var known = schema.path("properties").get(member.getKey());
        var any = schema.get("additionalProperties");
        var at = path + "." + member.getKey();
        if (known != null) {
          check(at, known, member.getValue());
        } else if (any != null && any.isObject()) {
          check(at, any, member.getValue());
        } else if (!schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
          add(at, "unknown field");
        }
      }
    }

    private void elements(String path, JsonNode schema, JsonNode value) {
      if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
        add(path, "must have at most " + schema.path("maxItems").asInt() + " items");
      }
      if (value.size() < schema.path("minItems").asInt(0)) {
        add(path, "must have at least " + schema.path("minItems").asInt() + " items");
      }
      for (int i = 0; i < value.size(); i++) {
        check(path + "[" + i + "]", schema.path("items"), value.get(i));
      }
      unique(path, schema.path("x-kubernetes-list-map-keys"), value);
    }

    private void unique(String path, JsonNode keys, JsonNode list) {
      var seen = new ArrayList<List<JsonNode>>();
      for (int i = 0; i < list.size() && !keys.isMissingNode(); i++) {
        var element = list.get(i);
        var key = keys.valueStream().map(name -> element.path(name.asText())).toList();
        if (seen.contains(key)) {
          add(path + "[" + i + "]", "duplicate of an earlier entry: " + key);
        }
        seen.add(key);
      }
    }

    private void text(String path, JsonNode schema, String value) {
      int length = value.codePointCount(0, value.length());
      if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
        add(path, "must be at most " + schema.path("maxLength").asInt() + " characters long");
      }
      if (length < schema.path("minLength").asInt(0)) {
        add(path, "must be at least " + schema.path("minLength").asInt() + " characters long");
      }
      var pattern = schema.get("pattern");
      if (pattern != null && !Pattern.compile(pattern.asText()).matcher(value).find()) {
        add(path, "'" + value + "' must match " + pattern.asText());
      }
    }

    private void number(String path, JsonNode schema, double value) {
      if (schema.has("minimum") && value < schema.get("minimum").asDouble()) {
        add(path, "must be at least " + schema.get("minimum").asText());
      }
      if (schema.has("maximum") && value > schema.get("maximum").asDouble()) {
        add(path, "must be at most " + schema.get("maximum").asText());
      }
    }

    private void choice(String path, JsonNode schema, JsonNode value) {
      var choices = schema.get("enum");
      if (choices != null && choices.valueStream().noneMatch(value::equals)) {
        var names = choices.valueStream().map(JsonNode::asText).toList();
        add(path, "'" + value.asText() + "' must be one of " + String.join(", ", names));
      }
    }
  }
}
