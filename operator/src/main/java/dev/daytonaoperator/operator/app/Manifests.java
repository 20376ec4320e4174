package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.TreeMap;

/** Objects as people read and compare them. */
final class Manifests {

  /** In place of every value of a Secret: no base64, so that no API server takes it for one. */
  static final String REDACTED = "<redacted>";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(Feature.WRITE_DOC_START_MARKER, Feature.SPLIT_LINES)
          .enable(
              Feature.MINIMIZE_QUOTES,
              Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS,
              Feature.LITERAL_BLOCK_STYLE,
              Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Manifests() {}

  /** One document for each object. */
  static String yaml(List<HasMetadata> objects) {
    var text = new StringBuilder();
    for (var object : objects) {
      try {
        text.append("---\n").append(YAML.writeValueAsString(object));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("an object of the model cannot be written", e);
      }
    }
    return text.toString();
  }

  /** The same objects without any value of a Secret; its keys stay. */
  static List<HasMetadata> redacted(List<HasMetadata> objects) {
    return objects.stream()
        .map(object -> object instanceof Secret secret ? redacted(secret) : object)
        .toList();
  }

  private static HasMetadata redacted(Secret secret) {
    var data = new TreeMap<String, String>();
    secret.getData().keySet().forEach(key -> data.put(key, REDACTED));
    return new SecretBuilder(secret).withData(data).build();
  }
}
