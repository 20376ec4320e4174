package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Configuration files, never a credential. */
final class ConfigMaps {

  private ConfigMaps() {}

  /** A ConfigMap named like the workload. */
  static ConfigMap of(Identity identity, Map<String, String> files) {
    return of(identity, identity.name(), files);
  }

  static ConfigMap of(Identity identity, String name, Map<String, String> files) {
    return new ConfigMapBuilder()
        .withMetadata(identity.metadata(name))
        .withData(new TreeMap<>(files))
        .build();
  }

  /** A text that ships with this package, from the folder {@code files} beside the classes. */
  static String file(String name) {
    try (var in = ConfigMaps.class.getResourceAsStream("files/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
