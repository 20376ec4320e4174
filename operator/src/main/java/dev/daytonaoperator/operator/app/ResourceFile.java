package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file with one resource, checked as far as that is possible without an API server.
 *
 * @param installation with the schema's defaults
 * @param secrets the Secrets that the file has beside it, by name
 */
record ResourceFile(DaytonaInstallation installation, Map<String, Secret> secrets) {

  /** The file is of no use; says everything that is wrong with it. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final List<String> problems;

    Unusable(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  private static final String KIND = HasMetadata.getKind(DaytonaInstallation.class);
  private static final String API_VERSION = HasMetadata.getApiVersion(DaytonaInstallation.class);
  private static final Set<String> MEMBERS =
      Set.of("apiVersion", "kind", "metadata", "spec", "status");
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  static ResourceFile parse(String text) throws Unusable {
    var documents = documents(text);
    var found = documents.stream().filter(it -> KIND.equals(it.path("kind").asText())).toList();
    if (found.size() != 1) {
      throw new Unusable(
          List.of("must hold exactly one " + KIND + ", holds " + found.size() + " of them"));
    }
    var secrets = new HashMap<String, Secret>();
    for (var document : documents) {
      if ("Secret".equals(document.path("kind").asText())) {
        var secret = secret(document);
        secrets.put(secret.getMetadata().getName(), secret);
      }
    }
    return new ResourceFile(installation((ObjectNode) found.getFirst()), secrets);
  }

  private static List<JsonNode> documents(String text) throws Unusable {
    try (var parser = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      var documents = new ArrayList<JsonNode>();
      while (parser.hasNextValue()) {
        var document = parser.nextValue();
        if (document.isObject()) {
          documents.add(document);
        } else if (!document.isNull() && !document.isMissingNode()) {
          throw new Unusable(List.of("document " + (documents.size() + 1) + " is no object"));
        }
      }
      return documents;
    } catch (JsonProcessingException e) {
      var at = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new Unusable(List.of(at + firstLine(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new Unusable(List.of(firstLine(String.valueOf(e.getMessage()))));
    }
  }

  private static DaytonaInstallation installation(ObjectNode document) throws Unusable {
    var problems = new ArrayList<String>();
    if (!API_VERSION.equals(document.path("apiVersion").asText())) {
      problems.add("apiVersion: must be " + API_VERSION);
    }
    for (var member : document.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        problems.add(member.getKey() + ": unknown field");
      }
    }
    metadata(document.path("metadata"), problems);
    var spec = document.path("spec");
    if (spec.isObject()) {
      var schema = ResourceSchema.get();
      schema.fillDefaults(spec);
      problems.addAll(schema.problems(spec));
    } else {
      problems.add("spec: must be an object; {} is a complete installation");
    }
    if (!problems.isEmpty()) {
      throw new Unusable(problems);
    }
    document.remove("status");
    var installation = read(document, DaytonaInstallation.class);
    if (installation.getMetadata().getNamespace() == null) {
      installation.getMetadata().setNamespace("default");
    }
    return installation;
  }

  private static void metadata(JsonNode metadata, List<String> problems) throws Unusable {
    var name = metadata.path("name").asText();
    if (name.length() > DaytonaInstallation.NAME_LENGTH
        || !name.matches(DaytonaInstallation.NAME_PATTERN)) {
      problems.add("metadata.name: " + DaytonaInstallation.NAME_RULE);
    }
    if (metadata.isObject()) {
      read(metadata, ObjectMeta.class)
          .getAdditionalProperties()
          .keySet()
          .forEach(unknown -> problems.add("metadata." + unknown + ": unknown field"));
    }
  }

  private static Secret secret(JsonNode document) throws Unusable {
    var secret = read(document, Secret.class);
    if (secret.getMetadata() == null || secret.getMetadata().getName() == null) {
      throw new Unusable(List.of("Secret: metadata.name is required"));
    }
    var data = new HashMap<String, String>();
    if (secret.getData() != null) {
      data.putAll(secret.getData());
    }
    if (secret.getStringData() != null) {
      secret.getStringData().forEach((key, value) -> data.put(key, encode(value)));
    }
    secret.setData(data);
    return secret;
  }

  private static String encode(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T read(JsonNode node, Class<T> type) throws Unusable {
    try {
      return YAML.treeToValue(node, type);
    } catch (JsonMappingException e) {
      throw new Unusable(List.of(path(e) + ": " + firstLine(e.getOriginalMessage())));
    } catch (JsonProcessingException e) {
      throw new Unusable(List.of(firstLine(e.getOriginalMessage())));
    }
  }

  private static String path(JsonMappingException e) {
    var path = new StringBuilder();
    for (var step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}
