package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.state.GuardedWrite;
import dev.daytonaoperator.operator.state.RetainedObject;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One Secret as it is and as it shall be; keys that nobody asked for stay as they are. */
final class SecretDraft {

  private final Owner owner;
  private final String name;
  private final String component;
  private final String type;
  private final Optional<Secret> existing;
  private final Map<String, String> before;
  private final Map<String, String> data;
  private final Map<String, String> annotationsBefore;
  private final Map<String, String> annotations;

  SecretDraft(Owner owner, String name, String component, String type, Optional<Secret> existing) {
    this.owner = owner;
    this.name = name;
    this.component = component;
    this.type = type;
    this.existing = existing;
    this.before = new TreeMap<>();
    existing.map(Secret::getData).ifPresent(before::putAll);
    this.data = new TreeMap<>(before);
    this.annotationsBefore = new TreeMap<>();
    existing.map(s -> s.getMetadata().getAnnotations()).ifPresent(annotationsBefore::putAll);
    this.annotations = new TreeMap<>(annotationsBefore);
  }

  ObjectKey objectKey() {
    return new ObjectKey("Secret", owner.namespace(), name);
  }

  String name() {
    return name;
  }

  Optional<Secret> existing() {
    return existing;
  }

  /** The value of a key; an empty one counts as missing. */
  Optional<String> value(String key) {
    return Optional.ofNullable(data.get(key)).map(SecretDraft::decode).filter(v -> !v.isEmpty());
  }

  void put(String key, String value) {
    if (!Objects.equals(value, value(key).orElse(null))) {
      data.put(key, encode(value));
    }
  }

  Set<String> keys() {
    return Set.copyOf(data.keySet());
  }

  void drop(String key) {
    data.remove(key);
  }

  /** The counter that the values were made for; 0 when none was ever raised. */
  int counter(Rotation rotation) {
    try {
      return Integer.parseInt(annotations.getOrDefault(rotation.annotation(), "0"));
    } catch (NumberFormatException e) {
      return 0; // somebody wrote it; a rotation too many sets it right
    }
  }

  void count(Rotation rotation, int counter) {
    annotations.put(rotation.annotation(), Integer.toString(counter));
  }

  void removeIf(Predicate<String> key) {
    data.keySet().removeIf(key);
  }

  CredentialRef reference(String key, DigestKey digests) {
    return new CredentialRef(name, key, digests.of(value(key).orElseThrow()));
  }

  Secret created() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(owner.namespace())
        .withName(name)
        .withLabels(labels())
        .withAnnotations(annotations.isEmpty() ? null : annotations)
        .withOwnerReferences(RetainedObject.ownerReferences(owner))
        .endMetadata()
        .withType(type)
        .withData(data)
        .build();
  }

  /** The change to an existing Secret; empty when there is none to make. */
  Optional<GuardedWrite> change(Secret secret) {
    var references = RetainedObject.correction(secret, owner);
    var labels = RetainedObject.labelCorrection(secret, labels());
    if (data.equals(before)
        && annotations.equals(annotationsBefore)
        && references.isEmpty()
        && labels.isEmpty()) {
      return Optional.empty();
    }
    var patch = new GuardedWrite(secret);
    if (!data.equals(before)) {
      patch.data(data);
    }
    if (!annotations.equals(annotationsBefore)) {
      patch.annotations(annotations);
    }
    references.ifPresent(patch::ownerReferences);
    labels.ifPresent(patch::labels);
    return Optional.of(patch);
  }

  private Map<String, String> labels() {
    return RetainedObject.labels(owner, Labels.ROLE_CREDENTIAL, component);
  }

  static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  static String encode(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }
}
