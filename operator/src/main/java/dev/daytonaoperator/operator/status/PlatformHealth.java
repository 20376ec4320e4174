package dev.daytonaoperator.operator.status;

/**
 * What Daytona itself answers.
 *
 * @param reachable whether its API answers and is ready
 * @param snapshot whether the default snapshot is active
 */
public record PlatformHealth(Answer reachable, Answer snapshot) {

  /** What is answered when the administrator's key of the Secret is not the database's. */
  public static final String ADMIN_KEY_REFUSED = "the API refuses the administrator's key";

  /** Whether the database must be given the administrator's key (contract 4.3). */
  public boolean adminKeyRefused() {
    return reachable.message().equals(ADMIN_KEY_REFUSED);
  }

  /** One answer; {@code message} says what a person can do when it is not good. */
  public record Answer(Verdict verdict, String message) {}

  public enum Verdict {
    GOOD,
    BAD,
    /** It was tried, and failed. */
    FAILED,
    /** Not asked yet. */
    UNKNOWN,
    /** There is nothing to ask for. */
    NOT_APPLICABLE,
    /** The operator was told not to ask. */
    DISABLED
  }

  public static PlatformHealth disabled() {
    var off =
        new Answer(Verdict.DISABLED, "platform checks are switched off in the operator's settings");
    return new PlatformHealth(off, off);
  }

  public static PlatformHealth unknown(String why) {
    var unknown = new Answer(Verdict.UNKNOWN, why);
    return new PlatformHealth(unknown, unknown);
  }
}
