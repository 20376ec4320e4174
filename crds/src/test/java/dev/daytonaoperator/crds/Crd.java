package dev.daytonaoperator.crds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The CustomResourceDefinition: what the generator reads from the records, and what it cannot. */
final class Crd {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private final ObjectNode definition;

  private Crd(ObjectNode definition) {
    this.definition = definition;
  }

  static Crd generate() {
    var crd = new Crd(Serialization.jsonMapper().valueToTree(generated()));
    var root = crd.root();
    Schema.walk(root, Crd::dropRepeatedRules);
    Schema.walk(root, Crd::wholeNumbers);
    EmbeddedTypes.trim(root);
    ListTypes.set(root);
    DefaultTexts.moveDown(root);
    TransitionRules.add(root);
    SchemaDefaults.complete(root.at("spec"));
    // kstatus would call a resource that nobody has looked at yet finished.
    root.at("status").node().putObject("default").put("observedGeneration", -1);
    root.node().put("description", "One self-hosted Daytona platform in one namespace.");
    ((ObjectNode) crd.definition.at("/spec/names")).putArray("categories").add("daytona");
    crd.printColumns();
    return crd;
  }

  /** The CRD as the cluster gets it. */
  String yaml() throws JsonProcessingException {
    return "# Generated from crds/src/main/java by bin/generate; do not edit.\n"
        + FoldedYaml.of(YAML.writeValueAsString(definition));
  }

  ObjectNode definition() {
    return definition;
  }

  /** The schema of the resource. */
  Schema root() {
    return new Schema("", (ObjectNode) version().at("/schema/openAPIV3Schema"));
  }

  private ObjectNode version() {
    return (ObjectNode) definition.at("/spec/versions/0");
  }

  private static HasMetadata generated() {
    var crd = new AtomicReference<HasMetadata>();
    new CRDGenerator()
        .customResourceClasses(DaytonaInstallation.class)
        .forCRDVersions("v1")
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata generated, String version) {
                crd.set(generated);
                return generated;
              }
            })
        .withOutput(new Discard())
        .generate();
    return Objects.requireNonNull(crd.get(), "the generator made no CRD");
  }

  /** The generator reads a record component as field and as accessor and emits its rules twice. */
  private static void dropRepeatedRules(Schema schema) {
    if (schema.node().get("x-kubernetes-validations") instanceof ArrayNode rules) {
      var seen = new HashSet<JsonNode>();
      rules.removeIf(rule -> !seen.add(rule));
    }
  }

  /** The generator writes every limit as a fraction. */
  private static void wholeNumbers(Schema schema) {
    for (var limit : List.of("minimum", "maximum")) {
      if (schema.node().has(limit)) {
        schema.node().put(limit, schema.node().get(limit).asLong());
      }
    }
  }

  private void printColumns() {
    var columns = version().putArray("additionalPrinterColumns");
    var ready = ".status.conditions[?(@.type==\"Ready\")]";
    column(columns, "Ready", ready + ".status", "string", 0);
    column(columns, "Version", ".status.version", "string", 0);
    column(columns, "Components", ".status.summary", "string", 0);
    column(columns, "URL", ".status.endpoints.dashboard", "string", 1);
    column(columns, "Reason", ready + ".reason", "string", 1);
    column(columns, "Message", ready + ".message", "string", 1);
    column(columns, "Age", ".metadata.creationTimestamp", "date", 0);
  }

  private static void column(ArrayNode columns, String name, String path, String type, int wide) {
    var column = columns.addObject();
    column.put("jsonPath", path);
    column.put("name", name);
    column.put("type", type);
    if (wide > 0) {
      column.put("priority", wide);
    }
  }

  /** The generator insists on writing somewhere. */
  private static final class Discard implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {

    @Override
    public ByteArrayOutputStream outputFor(String name) {
      return new ByteArrayOutputStream();
    }

    @Override
    public URI crdURI(String name) {
      return URI.create("file:///" + name);
    }

    @Override
    public void close() {}
  }
}
