package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The API reference as Markdown: every field, rule, condition and reason. */
final class Reference {

  private static final Pattern CONSTANT =
      Pattern.compile("/\\*\\*(.*?)\\*/\\s*([A-Z][A-Za-z]+)[,\\s]", Pattern.DOTALL);

  private final Crd crd;
  private final Path sources;

  Reference(Crd crd, Path repository) {
    this.crd = crd;
    this.sources = repository.resolve("crds/src/main/java/dev/daytonaoperator/api/v1alpha1");
  }

  String markdown() throws IOException {
    var text = new StringBuilder();
    text.append(
        """
        # DaytonaInstallation: API reference

        Generated from the API's types by `bin/generate`; do not edit. The same texts are shown by
        `kubectl explain daytonainstallations.spec --recursive`.

        Group `daytona-operator.dev`, version `v1alpha1`, namespaced, kind `DaytonaInstallation`,
        short names `daytona` and `dti`, category `daytona`. `metadata.name` has at most 20
        lower-case letters, digits and single hyphens, and begins with a letter.

        A field without a default and without **required** may be left out; its description says what
        happens then. Lists are merged by their key where one is named, otherwise replaced as a whole.
        Fields marked *Kubernetes* have the members that the type of that name has in Kubernetes.
        Later versions may add values to an enumeration.

        """);
    fields(text, "Spec", "spec");
    fields(text, "Status", "status");
    rules(text);
    constants(text, "Conditions", "ConditionType.java", "Type");
    constants(text, "Reasons", "Reason.java", "Reason");
    return text.toString();
  }

  private void fields(StringBuilder text, String title, String part) {
    text.append("## ").append(title).append("\n\n");
    text.append("| Field | Type | Default | Limits | Description |\n");
    text.append("| --- | --- | --- | --- | --- |\n");
    crd.root().at(part).children().forEach(child -> row(text, child, crd.root().at(part)));
    text.append('\n');
  }

  private static void row(StringBuilder text, Schema schema, Schema parent) {
    var described = DefaultTexts.of(schema.description());
    text.append("| `")
        .append(schema.path().substring(1))
        .append("` | ")
        .append(type(schema))
        .append(" | ")
        .append(described.map(value -> "`" + value + "`").orElse(""))
        .append(" | ")
        .append(cell(limits(schema, parent)))
        .append(" | ")
        .append(cell(schema.description()))
        .append(" |\n");
    if (!EmbeddedTypes.isEmbedded(schema)) {
      for (var child : schema.children()) {
        if (child.path().endsWith("[]") || child.path().endsWith("{}")) {
          child.children().forEach(member -> row(text, member, child));
        } else {
          row(text, child, schema);
        }
      }
    }
  }

  private static String type(Schema schema) {
    var node = schema.node();
    var type =
        switch (schema.type()) {
          case "array" -> "list of " + node.at("/items/type").asText() + "s";
          case "object" -> node.has("additionalProperties") ? "map of strings" : "object";
          default -> schema.type();
        };
    return EmbeddedTypes.isEmbedded(schema) ? type + ", *Kubernetes*" : type;
  }

  private static String limits(Schema schema, Schema parent) {
    var node = schema.node();
    var limits = new ArrayList<String>();
    if (parent.requires(schema.name())) {
      limits.add("**required**");
    }
    if (node.has("enum")) {
      limits.add(join(node.get("enum")));
    }
    range(limits, node.get("minimum"), node.get("maximum"), "");
    range(limits, node.get("minLength"), node.get("maxLength"), " characters");
    range(limits, node.get("minItems"), node.get("maxItems"), " entries");
    range(limits, node.get("minProperties"), node.get("maxProperties"), " entries");
    if (node.has("x-kubernetes-list-map-keys")) {
      limits.add("key " + join(node.get("x-kubernetes-list-map-keys")));
    }
    if (node.has("pattern")) {
      limits.add("`" + node.get("pattern").asText() + "`");
    }
    return String.join(", ", limits);
  }

  private static void range(
      List<String> limits, @Nullable JsonNode least, @Nullable JsonNode most, String unit) {
    if (least != null && most != null) {
      limits.add(least.asText() + " to " + most.asText() + unit);
    } else if (most != null) {
      limits.add("at most " + most.asText() + unit);
    } else if (least != null) {
      limits.add("at least " + least.asText() + unit);
    }
  }

  private static String join(JsonNode values) {
    var texts = new ArrayList<String>();
    values.forEach(value -> texts.add("`" + value.asText() + "`"));
    return String.join(" ", texts);
  }

  private void rules(StringBuilder text) {
    text.append("## Rules\n\nWhat the API server checks beyond the limits above.\n\n");
    text.append("| Of | Rule |\n| --- | --- |\n");
    Schema.walk(
        crd.root(),
        schema ->
            schema
                .rules()
                .forEach(
                    rule ->
                        text.append("| `")
                            .append(
                                schema.path().isEmpty()
                                    ? "DaytonaInstallation"
                                    : schema.path().substring(1))
                            .append("` | ")
                            .append(cell(rule.path("message").asText()))
                            .append(" |\n")));
    text.append('\n');
  }

  /** Javadoc of the constants is what users read, so that it is written once. */
  private void constants(StringBuilder text, String title, String file, String column)
      throws IOException {
    text.append("## ").append(title).append("\n\n| ").append(column);
    text.append(" | Meaning |\n| --- | --- |\n");
    var source = Files.readString(sources.resolve(file));
    var matcher = CONSTANT.matcher(source.substring(source.indexOf('{', source.indexOf("enum "))));
    while (matcher.find()) {
      var meaning = matcher.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ").strip();
      text.append("| `")
          .append(matcher.group(2))
          .append("` | ")
          .append(cell(meaning.replaceAll("\\{@code ([^}]*)}", "`$1`")))
          .append(" |\n");
    }
    text.append('\n');
  }

  private static String cell(String text) {
    var escaped = text.replace("|", "\\|").replace("<", "&lt;");
    // Inside code, entities are shown as they are.
    var parts = escaped.split("`", -1);
    for (int i = 1; i < parts.length; i += 2) {
      parts[i] = parts[i].replace("&lt;", "<");
    }
    return String.join("`", parts);
  }
}
