package dev.daytonaoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.Reason;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every field, however many there will be. */
class SchemaTest {

  private static final int LARGEST_YAML = 200_000;

  /** kubectl keeps the last applied object in an annotation, which may not be larger. */
  private static final int LARGEST_ANNOTATION = 256 * 1024;

  private final Crd crd = Crd.generate();

  @Test
  void every_field_of_our_own_is_described() {
    assertThat(own(schema -> isField(schema) && schema.description().isBlank())).isEmpty();
  }

  @Test
  void every_description_is_a_sentence() {
    assertThat(
            own(schema -> isField(schema) && !schema.description().matches("(?s)[A-Za-z].*[.)]")))
        .isEmpty();
  }

  @Test
  void every_string_has_a_greatest_length_or_is_an_enumeration() {
    assertThat(
            all(
                schema ->
                    schema.type().equals("string")
                        && !schema.node().has("maxLength")
                        && !schema.node().has("enum")))
        .isEmpty();
  }

  @Test
  void every_string_that_users_write_has_a_pattern() {
    assertThat(
            own(
                schema ->
                    schema.path().startsWith(".spec")
                        && schema.type().equals("string")
                        && !schema.path().contains("{}")
                        && !schema.node().has("pattern")
                        && !schema.node().has("enum")))
        .isEmpty();
  }

  @Test
  void every_number_of_our_own_has_both_ends() {
    assertThat(
            own(
                schema ->
                    schema.type().equals("integer")
                        && !schema.path().equals(".status.observedGeneration")
                        && !(schema.node().has("minimum") && schema.node().has("maximum"))))
        .isEmpty();
  }

  @Test
  void every_list_and_map_is_bounded() {
    assertThat(all(schema -> schema.type().equals("array") && !schema.node().has("maxItems")))
        .isEmpty();
    assertThat(
            all(
                schema ->
                    schema.node().has("additionalProperties")
                        && !schema.node().has("maxProperties")))
        .isEmpty();
  }

  @Test
  void every_list_of_our_own_says_how_it_merges() {
    assertThat(
            own(
                schema ->
                    schema.type().equals("array") && !schema.node().has("x-kubernetes-list-type")))
        .isEmpty();
  }

  @Test
  void list_keys_are_required() {
    ListTypes.KEYS.forEach(
        (path, key) -> {
          var items = crd.root().at(path.substring(1) + "[]");
          assertThat(texts(items.node().path("required"))).as(path).contains(key);
        });
  }

  @Test
  void defaults_in_the_schema_are_discriminators_and_stated() {
    var defaults = all(schema -> schema.node().has("default") && !(schema.type().equals("object")));
    assertThat(defaults).isNotEmpty().allMatch(path -> path.endsWith(".type"));
    for (var path : defaults) {
      var schema = crd.root().at(path.substring(1));
      assertThat(DefaultTexts.of(schema.description()))
          .as(path)
          .contains(schema.node().get("default").asText());
    }
  }

  @Test
  void stated_defaults_fit_the_schema_they_stand_in() {
    Schema.walk(
        crd.root().at("spec"),
        schema ->
            DefaultTexts.of(schema.description())
                .ifPresent(
                    text -> {
                      var value = Serialization.unmarshal("---\n" + text, JsonNode.class);
                      assertThat(fits(schema.node(), value))
                          .as("%s: %s", schema.path(), text)
                          .isTrue();
                    }));
  }

  private static boolean fits(ObjectNode node, JsonNode value) {
    return switch (node.path("type").asText()) {
      case "string" ->
          node.has("enum")
              ? texts(node.get("enum")).contains(value.asText())
              : value.asText().matches(node.path("pattern").asText(".*"));
      case "integer" ->
          value.isInt()
              && value.asInt() >= node.path("minimum").asInt()
              && value.asInt() <= node.path("maximum").asInt();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      default -> value.isObject();
    };
  }

  @Test
  void nothing_passes_unchecked() {
    assertThat(all(schema -> schema.node().has("x-kubernetes-preserve-unknown-fields"))).isEmpty();
    assertThat(all(schema -> schema.node().has("nullable"))).isEmpty();
  }

  @Test
  void every_rule_occurs_once_and_says_what_must_hold() {
    Schema.walk(
        crd.root(),
        schema -> {
          var seen = new HashSet<String>();
          schema
              .rules()
              .forEach(
                  rule -> {
                    assertThat(seen.add(rule.path("rule").asText())).as(schema.path()).isTrue();
                    assertThat(rule.path("message").asText()).as(schema.path()).contains(" ");
                  });
        });
  }

  @Test
  void volumes_are_only_those_that_stay_in_the_namespace() {
    for (var place : List.of("spec.components[]", "spec.runners[]")) {
      assertThat(crd.root().at(place + ".pod.extraVolumes[]").children().stream().map(Schema::name))
          .containsExactlyInAnyOrder(
              "name", "configMap", "secret", "emptyDir", "persistentVolumeClaim");
    }
  }

  @Test
  void the_crd_stays_small() throws JsonProcessingException {
    assertThat(crd.yaml().getBytes(StandardCharsets.UTF_8).length).isLessThan(LARGEST_YAML);
    assertThat(Serialization.jsonMapper().writeValueAsBytes(crd.definition()).length)
        .isLessThan(LARGEST_ANNOTATION);
  }

  @Test
  void the_yaml_says_what_the_definition_says() throws JsonProcessingException {
    var json = Serialization.jsonMapper();
    assertThat(
            Serialization.unmarshal(crd.yaml(), JsonNode.class)
                .equals(json.readTree(json.writeValueAsString(crd.definition()))))
        .isTrue();
  }

  @Test
  void the_jar_carries_the_crd() throws IOException {
    try (InputStream packaged =
        SchemaTest.class.getResourceAsStream(
            "/META-INF/crds/daytonainstallations.daytona-operator.dev.yaml")) {
      assertThat(
              new String(Objects.requireNonNull(packaged).readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(crd.yaml());
    }
  }

  @Test
  void an_unseen_resource_is_not_current() {
    assertThat(crd.root().at("status").node().at("/default/observedGeneration").asInt())
        .isEqualTo(-1);
  }

  @Test
  void condition_types_and_reasons_are_what_kubernetes_takes() {
    Stream.concat(Stream.of(ConditionType.values()), Stream.of(Reason.values()))
        .forEach(constant -> assertThat(constant.name()).matches("[A-Z][A-Za-z]+"));
  }

  private static boolean isField(Schema schema) {
    return !schema.path().isEmpty() && !schema.path().matches(".*(\\[]|\\{})");
  }

  private static List<String> texts(JsonNode values) {
    var texts = new ArrayList<String>();
    values.forEach(value -> texts.add(value.asText()));
    return texts;
  }

  private List<String> all(Predicate<Schema> wanted) {
    var found = new ArrayList<String>();
    for (var part : List.of("spec", "status")) {
      Schema.walk(crd.root().at(part), schema -> add(found, schema, wanted));
    }
    return found;
  }

  /** As {@link #all}, without the insides of Kubernetes' own types. */
  private List<String> own(Predicate<Schema> wanted) {
    var found = new ArrayList<String>();
    for (var part : List.of("spec", "status")) {
      collect(crd.root().at(part), found, wanted);
    }
    return found;
  }

  private static void collect(Schema schema, List<String> found, Predicate<Schema> wanted) {
    add(found, schema, wanted);
    if (!EmbeddedTypes.isEmbedded(schema)) {
      schema.children().forEach(child -> collect(child, found, wanted));
    }
  }

  private static void add(List<String> found, Schema schema, Predicate<Schema> wanted) {
    if (wanted.test(schema)) {
      found.add(schema.path());
    }
  }
}
