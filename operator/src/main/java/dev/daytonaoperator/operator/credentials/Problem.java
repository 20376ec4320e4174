package dev.daytonaoperator.operator.credentials;

/**
 * Why credentials are not available, for a condition.
 *
 * @param path the field of the resource that is concerned
 * @param message names Secret and key and what to do, never a value
 */
public record Problem(Reason reason, String path, String message) {

  /** Reasons as conditions carry them. */
  public enum Reason {
    SecretNotFound,
    SecretKeyMissing,
    CredentialsLost,
    CredentialsNotDistinct,
    CredentialsInvalid,
    NameConflict
  }
}
