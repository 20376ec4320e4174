package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a pod reads at its start, so that the pod is replaced when that changes: processes of this
 * platform read credentials and configuration once (contract 1).
 */
final class ConfigDigest {

  private final TreeSet<String> sources = new TreeSet<>();

  void add(CredentialRef credential) {
    sources.add("credential " + credential.digest());
  }

  void add(ConfigMap configMap) {
    var content = new StringBuilder();
    // lengths keep {"a": "bc"} and {"ab": "c"} apart
    new TreeMap<>(configMap.getData())
        .forEach(
            (key, value) ->
                content
                    .append(key.length())
                    .append(' ')
                    .append(key)
                    .append(value.length())
                    .append(' ')
                    .append(value));
    sources.add("configuration " + sha256(content.toString()));
  }

  /** Empty when the pod reads nothing. */
  Optional<String> value() {
    return sources.isEmpty() ? Optional.empty() : Optional.of(sha256(String.join("\n", sources)));
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
