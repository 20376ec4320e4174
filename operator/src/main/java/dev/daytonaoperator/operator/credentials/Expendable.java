package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.Credential;
import java.util.Arrays;
import java.util.Set;

/** Tells Secrets that can be made anew at any time from those that data may depend on. */
final class Expendable {

  private static final Set<String> DERIVED = Set.of("dex-users", "tls", "ca");

  private Expendable() {}

  /** Whether the Secret {@code <installation>-<suffix>} may be deleted once nothing needs it. */
  static boolean test(String suffix, CredentialNeeds needs, InstallationState state) {
    var runner = RunnerTokens.runner(suffix);
    if (runner.isPresent()) {
      return !state.runners().contains(runner.get())
          && needs.spec().dataRetention().whenScaled() == DataRetention.Policy.Delete;
    }
    var credentials =
        Arrays.stream(Credential.values())
            .filter(credential -> credential.secret().equals(suffix))
            .toList();
    return DERIVED.contains(suffix)
        || (!credentials.isEmpty()
            && credentials.stream()
                .allMatch(credential -> credential.kind() == Credential.Kind.FREE));
  }
}
