package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.state.InstallationState;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The credentials of an installation that does not exist yet, where there is no cluster to ask. */
public sealed interface FirstCredentials {

  /**
   * @param state what would be recorded about them
   */
  record Made(Planned planned, InstallationState state) implements FirstCredentials {}

  /** A user's Secret is of no use. */
  record Refused(List<Problem> problems) implements FirstCredentials {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  static FirstCredentials of(
      CredentialNeeds needs, ReferencedSecrets references, Clock clock, SecureRandom random) {
    var pass =
        new CredentialPass(
            needs,
            references,
            InstallationState.EMPTY,
            key -> Optional.empty(),
            name -> false,
            true,
            clock,
            random);
    if (!pass.problems().isEmpty()) {
      return new Refused(pass.problems());
    }
    var ready = pass.ready();
    return new Made(
        new Planned(ready.credentials(), pass.drafts().stream().map(SecretDraft::created).toList()),
        ready.state());
  }
}
