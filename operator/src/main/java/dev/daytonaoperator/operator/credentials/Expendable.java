package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.Credential;
import java.util.Arrays;
import java.util.Set;

/** Tells Secrets that can be made anew at any time from those that data may depend on. */
final class Expendable {

  private static final Set<String> DERIVED = Set.of("dex-users", "tls", "ca");

  private Expendable() {}

  /** Whether the Secret {@code <installation>-<suffix>} may be deleted once nothing needs it. */
  static boolean test(String suffix, InstallationState state) {
    var runner = RunnerTokens.runner(suffix);
    if (runner.isPresent()) {
      // Its row is gone, and a new row needs a token of its own.
      return !state.runners().contains(runner.get());
    }
    var credentials =
        Arrays.stream(Credential.values())
            .filter(credential -> credential.secret().equals(suffix))
            .toList();
    return DERIVED.contains(suffix)
        || (!credentials.isEmpty()
            && credentials.stream()
                .allMatch(
                    credential ->
                        credential.kind() == Credential.Kind.FREE
                            || (credential.kind() == Credential.Kind.PENDING
                                && suffix.equals("object-storage-access"))));
  }
}
