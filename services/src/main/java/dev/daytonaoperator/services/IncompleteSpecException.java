package dev.daytonaoperator.services;

/** A spec lacks a member that its other members call for; the API server would have refused it. */
public final class IncompleteSpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param path the field, like {@code spec.mail.smtp}
   */
  IncompleteSpecException(String path) {
    super(path + ": is required here");
  }
}
