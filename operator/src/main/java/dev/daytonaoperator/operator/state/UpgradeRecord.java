package dev.daytonaoperator.operator.state;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An upgrade from its first step to its last, as recorded.
 *
 * @param from the Daytona version that ran before
 * @param to the version that will run
 * @param startedAt RFC 3339, in seconds
 */
public record UpgradeRecord(String from, String to, String startedAt) {

  public static UpgradeRecord begun(String from, String to, Instant at) {
    return new UpgradeRecord(from, to, at.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /**
   * What its steps are done for: an upgrade to the same version after one that was given up, or
   * whose dump was restored, does each of them anew.
   */
  public String occasion() {
    return to + "_" + startedAt.replaceAll("[:-]", "");
  }
}
