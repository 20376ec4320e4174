package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The defaults as descriptions state them: a description that has one ends {@code Default:
 * `value`.} (a remark in parentheses may follow the value). An object's {@code Default: `{size:
 * 20Gi}`.} is moved into the descriptions of its members, so that a record used twice may have two
 * defaults.
 */
final class DefaultTexts {

  private static final Pattern DEFAULT =
      Pattern.compile("\\s*Default: `([^`]*)`(?: \\([^)]*\\))?(?:, [^.]*)?\\.$");

  private DefaultTexts() {}

  /** The default that a description states, as YAML. */
  static Optional<String> of(String description) {
    var matcher = DEFAULT.matcher(description);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  static void moveDown(Schema root) {
    Schema.walk(
        root,
        schema ->
            of(schema.description())
                .map(text -> Serialization.unmarshal("---\n" + text, JsonNode.class))
                .filter(value -> value.isObject() && schema.node().has("properties"))
                .ifPresent(value -> moveDown(schema, value)));
  }

  private static void moveDown(Schema schema, JsonNode members) {
    schema.node().put("description", DEFAULT.matcher(schema.description()).replaceFirst(""));
    members
        .properties()
        .forEach(
            member -> {
              var child = schema.at(member.getKey());
              child
                  .node()
                  .put(
                      "description",
                      child.description() + " Default: `" + member.getValue().asText() + "`.");
            });
  }
}
