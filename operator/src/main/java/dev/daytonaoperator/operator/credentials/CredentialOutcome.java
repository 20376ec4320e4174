package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.Credentials;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What came of making sure that the credentials exist. */
public sealed interface CredentialOutcome {

  /**
   * Every credential exists.
   *
   * @param state the given state with what was issued, the runners that got a token and the ids of
   *     new users; it must be saved before anything is created that uses the credentials
   * @param certificates the operator's own certificates, with {@code tls.type: SelfSigned}
   */
  record Ready(
      Credentials credentials, InstallationState state, Optional<Certificates> certificates)
      implements CredentialOutcome {}

  /** A person must act; nothing was written. */
  record Blocked(List<Problem> problems) implements CredentialOutcome {
    public Blocked {
      problems = List.copyOf(problems);
    }
  }

  /** Secrets of an earlier resource of this name are on their way out, or are being changed. */
  record Waiting(List<ObjectKey> secrets) implements CredentialOutcome {
    public Waiting {
      secrets = List.copyOf(secrets);
    }
  }

  /**
   * The self-signed certificates in force.
   *
   * @param secretName Secret of type {@code kubernetes.io/tls} with the server certificate
   * @param authoritySecretName Secret with the authority's certificate ({@code tls.crt}) and key
   * @param expires when the server certificate does
   * @param renews when {@code ensure} makes the next one: call it again by then
   */
  record Certificates(
      String secretName, String authoritySecretName, Instant expires, Instant renews) {}
}
