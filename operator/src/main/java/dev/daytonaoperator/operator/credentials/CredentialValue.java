package dev.daytonaoperator.operator.credentials;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A value that must not be seen: only {@link #reveal()} gives it away. */
public final class CredentialValue {

  private final String value;

  public CredentialValue(String value) {
    this.value = value;
  }

  /** The value itself. Never to be logged, nor put into a message, an annotation or a status. */
  public String reveal() {
    return value;
  }

  byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CredentialValue that && MessageDigest.isEqual(bytes(), that.bytes());
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
