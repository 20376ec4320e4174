package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Objects read back from what was printed. */
record Manifested(List<HasMetadata> objects) {

  static Manifested of(String yaml) {
    return new Manifested(
        switch ((Object) Serialization.unmarshal(yaml)) {
          case KubernetesList list -> list.getItems();
          case List<?> list -> list.stream().map(HasMetadata.class::cast).toList();
          case Object other -> throw new AssertionError(other.getClass());
        });
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  Secret secret(String name) {
    return all(Secret.class).stream()
        .filter(it -> it.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Secret " + name));
  }

  /** One value of a Secret. */
  String value(String secret, String key) {
    return decoded(Objects.requireNonNull(secret(secret).getData().get(key), key));
  }

  static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
