package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Credentials;
import dev.daytonaoperator.services.Step;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The credentials that Daytona keeps copies of in its database (contract 4.1), each with a digest
 * by which a copy that is behind is known.
 */
public final class DatabaseCopies {

  public static final String ADMIN_KEY = "adminApiKey";
  public static final String REGISTRY = "registry";
  private static final String RUNNER = "runner.";

  private DatabaseCopies() {}

  public static String runner(String name) {
    return RUNNER + name;
  }

  /** Digests of the present credentials, by what is copied. */
  public static Map<String, String> digests(Credentials credentials) {
    var digests = new LinkedHashMap<String, String>();
    credentials
        .find(Credential.ADMIN_API_KEY)
        .ifPresent(key -> digests.put(ADMIN_KEY, key.digest()));
    credentials
        .find(Credential.REGISTRY_PASSWORD)
        .ifPresent(
            password ->
                digests.put(
                    REGISTRY,
                    credentials
                            .find(Credential.REGISTRY_USERNAME)
                            .map(CredentialRef::digest)
                            .orElse("")
                        + password.digest()));
    credentials.runnerTokens().forEach((name, token) -> digests.put(runner(name), token.digest()));
    return digests;
  }

  /**
   * Notes what Daytona copies by itself: all until its first start is over, and the token of every
   * new runner.
   */
  static InstallationState noted(InstallationState state, Credentials credentials) {
    for (var present : digests(credentials).entrySet()) {
      if (!state.seeded() || state.copy(present.getKey()).isEmpty()) {
        state = state.withCopy(present.getKey(), present.getValue());
      }
    }
    // With the next password in its place there is nothing left to tell of the step.
    return credentials.find(Credential.DATABASE_PASSWORD_NEXT).isPresent()
        ? state
        : state.withoutStep(Step.DATABASE_PASSWORD.id(), digest -> true);
  }

  /** Whether the copy is there and is of this value. */
  static boolean settled(InstallationState state, String copy, String digest) {
    return state.seeded() && state.copy(copy).filter(digest::equals).isPresent();
  }
}
