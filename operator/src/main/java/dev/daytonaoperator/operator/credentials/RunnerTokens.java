package dev.daytonaoperator.operator.credentials;

import java.util.Optional;

/** Names of the Secrets that hold runners' tokens. */
final class RunnerTokens {

  static final String KEY = "token";
  private static final String PREFIX = "runner-";

  private RunnerTokens() {}

  /** Suffix of the Secret's name after {@code <installation>-}. */
  static String suffix(String runner) {
    return PREFIX + runner;
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
