package dev.daytonaoperator.operator.platform;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One runner as Daytona last told of it.
 *
 * @param row the raw answer
 * @param tokenFits whether the row has the runner's own token
 * @param heldSince since when this process has seen it unschedulable
 * @param filling what of it is nearly full: from the {@link Cliff} until 5 % less are used
 * @param shown the numbers for people, which move in steps
 * @param sandboxes how many Daytona believes to be on it in any state but destroyed and archived;
 *     empty when it was not asked
 * @param remark why the last call about it was refused; empty when none was
 */
public record RunnerView(
    RunnerRow row,
    boolean tokenFits,
    Optional<Instant> heldSince,
    Set<Resource> filling,
    Shown shown,
    OptionalInt sandboxes,
    String remark) {

  /** What lowers a runner's score steeply when it is nearly used up (contract 5.6). */
  public enum Resource {
    DISK,
    MEMORY
  }

  /**
   * Numbers rounded to 5. They change when something else does or after five minutes, so that a
   * healthy fleet writes nothing.
   */
  public record Shown(int score, int diskPercent, int memoryPercent, int startedSandboxes) {}

  public RunnerView {
    filling = Set.copyOf(filling);
  }

  /** What decisions and the status are made from; two views that agree on it are the same. */
  record Gist(
      String state,
      boolean unschedulable,
      boolean tokenFits,
      Set<Resource> filling,
      Shown shown,
      OptionalInt sandboxes,
      String remark) {}

  Gist gist() {
    return new Gist(row.state(), row.unschedulable(), tokenFits, filling, shown, sandboxes, remark);
  }
}
