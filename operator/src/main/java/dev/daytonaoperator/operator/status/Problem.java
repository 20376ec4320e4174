package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.Reason;

/**
 * Something that keeps the installation from being what the user asked for.
 *
 * @param reason from the closed list that the documentation explains
 * @param message names the field, the object and the remedy; never a credential's value
 * @param severity whether waiting helps
 */
public record Problem(Reason reason, String message, Severity severity) {

  /** Whether the problem goes away by itself. */
  public enum Severity {
    /** Expected to end without a person: the resource is reconciling. */
    WAITING,
    /** Only a change by a person helps: the resource is stalled. */
    STALLED
  }

  public static Problem waiting(Reason reason, String message) {
    return new Problem(reason, message, Severity.WAITING);
  }

  public static Problem stalled(Reason reason, String message) {
    return new Problem(reason, message, Severity.STALLED);
  }

  public boolean stalls() {
    return severity == Severity.STALLED;
  }
}
