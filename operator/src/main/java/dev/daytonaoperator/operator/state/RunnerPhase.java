package dev.daytonaoperator.operator.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is being done to a runner. A runner of which nothing is recorded serves.
 *
 * @param since to the second
 */
public record RunnerPhase(Kind kind, Instant since) {

  /** The stages between serving and being gone, and of a restart. */
  public enum Kind {
    /** It takes no new sandboxes, so that its pod can be replaced. */
    UPDATING("Updating"),
    /** Its pod has been replaced, or it stays after all: it takes sandboxes again. */
    RETURNING("Returning"),
    /** It takes no new sandboxes and leaves when it is empty. */
    RETIRING("Retiring"),
    /** Daytona has forgotten it; its objects go. */
    GONE("Gone");

    private final String entry;

    Kind(String entry) {
      this.entry = entry;
    }
  }

  public RunnerPhase {
    since = since.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Whether it is not to come back. */
  public boolean leaves() {
    return kind == Kind.RETIRING || kind == Kind.GONE;
  }

  String entry() {
    return kind.entry + " " + since;
  }

  /** Empty for what a person or a newer operator may have put there. */
  static Optional<RunnerPhase> of(String entry) {
    var words = entry.split(" ", 2);
    for (var kind : Kind.values()) {
      if (words.length == 2 && kind.entry.equals(words[0])) {
        try {
          return Optional.of(new RunnerPhase(kind, Instant.parse(words[1])));
        } catch (DateTimeParseException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
