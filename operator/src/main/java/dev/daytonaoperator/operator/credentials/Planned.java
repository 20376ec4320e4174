package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.services.Credentials;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;

/**
 * The credentials of an installation before anything is written.
 *
 * @param secrets the operator's own Secrets as they are or would be, values included
 */
public record Planned(Credentials credentials, List<Secret> secrets) {

  public Planned {
    secrets = List.copyOf(secrets);
  }

  /** Names of the Secrets, for looking whether they are free. */
  public List<String> secretNames() {
    return secrets.stream().map(s -> s.getMetadata().getName()).toList();
  }

  @Override
  public String toString() {
    return "Planned" + secretNames(); // never a value
  }
}
