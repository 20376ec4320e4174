package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.services.Credentials;
import java.util.Comparator;
import java.util.Optional;

/** Names of the Secrets that hold runners' tokens, and of their keys. */
final class RunnerTokens {

  /** The token that the runner's row has. */
  static final String KEY = Credentials.ROW_TOKEN;

  private static final String PREFIX = "runner-";
  private static final String ROTATED = KEY + "-";

  private RunnerTokens() {}

  /** Suffix of the Secret's name after {@code <installation>-}. */
  static String suffix(String runner) {
    return PREFIX + runner;
  }

  /**
   * The key of the token that the runner's pod shall have: {@code token}, or {@code token-<n>}
   * after a rotation.
   */
  static String key(SecretDraft draft) {
    return draft.keys().stream()
        .filter(RunnerTokens::isRotated)
        .max(Comparator.comparingInt(RunnerTokens::number))
        .orElse(KEY);
  }

  static String key(int counter) {
    return ROTATED + counter;
  }

  static boolean isRotated(String key) {
    return key.matches(ROTATED + "[0-9]{1,7}");
  }

  private static int number(String key) {
    return Integer.parseInt(key.substring(ROTATED.length()));
  }

  /** The runner whose token a credential's name ({@code <Secret's suffix>/<key>}) means. */
  static Optional<String> runnerOf(String credential) {
    return credential.endsWith("/" + KEY)
        ? runner(credential.substring(0, credential.length() - KEY.length() - 1))
        : Optional.empty();
  }

  /** The runner whose token a Secret with this suffix holds. */
  static Optional<String> runner(String suffix) {
    return suffix.startsWith(PREFIX)
        ? Optional.of(suffix.substring(PREFIX.length()))
        : Optional.empty();
  }
}
