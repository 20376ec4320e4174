package dev.daytonaoperator.operator.credentials;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/** The Secrets that users name in a resource. Answers from memory. */
public interface ReferencedSecrets {

  Optional<Secret> find(String namespace, String name);
}
