package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.SecretKeyRef;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Looks up the values that a spec refers to, and says what is wrong with them. */
final class UserSecrets {

  /** A value and where it is. */
  record Found(String secretName, String key, CredentialValue value) {
    String text() {
      return value.reveal();
    }
  }

  private final String namespace;
  private final ReferencedSecrets secrets;
  private final List<Problem> problems;

  UserSecrets(String namespace, ReferencedSecrets secrets, List<Problem> problems) {
    this.namespace = namespace;
    this.secrets = secrets;
    this.problems = problems;
  }

  /** A value that pods read as it stands, so that a stray line break would be part of it. */
  Optional<Found> verbatim(String path, SecretKeyRef reference) {
    return find(path, reference.name(), reference.key())
        .filter(
            found -> {
              var clean = found.text().equals(found.text().strip());
              if (!clean) {
                report(
                    Problem.Reason.CredentialsInvalid,
                    path,
                    found.secretName(),
                    found.key(),
                    "begins or ends with white space or a line break, which would be part of the"
                        + " value; store it without");
              }
              return clean;
            });
  }

  Optional<Found> find(String path, String name, String key) {
    var secret = secrets.find(namespace, name);
    if (secret.isEmpty()) {
      problems.add(
          new Problem(
              Problem.Reason.SecretNotFound, path, "Secret %s does not exist".formatted(name)));
      return Optional.empty();
    }
    var data = Objects.requireNonNullElse(secret.get().getData(), Map.<String, String>of());
    var encoded = data.get(key);
    if (encoded == null) {
      report(Problem.Reason.SecretKeyMissing, path, name, key, "does not exist");
      return Optional.empty();
    }
    var value = SecretDraft.decode(encoded);
    if (value.isBlank()) {
      report(Problem.Reason.CredentialsInvalid, path, name, key, "is empty");
      return Optional.empty();
    }
    return Optional.of(new Found(name, key, new CredentialValue(value)));
  }

  boolean has(String name, String key) {
    return secrets
        .find(namespace, name)
        .map(secret -> secret.getData())
        .filter(data -> data.containsKey(key))
        .isPresent();
  }

  /** Adds a problem whose message has the form "Secret s, key k, says". */
  void report(Problem.Reason reason, String path, String secret, String key, String says) {
    problems.add(new Problem(reason, path, "Secret %s, key %s, %s".formatted(secret, key, says)));
  }
}
