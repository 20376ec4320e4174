package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.RunnerStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import java.util.List;
import java.util.Optional;

/**
 * What Daytona and the cluster say of the runners.
 *
 * @param known whether Daytona has told of them; else only pods are judged
 * @param rows one for each runner
 * @param problem why sandboxes cannot be created, or which wanted runner does not serve
 * @param concern {@code Ready}, or what a person should look at while all serve
 * @param note what is being done and what is near, in words; empty for nothing
 * @param warnings what is worth an Event when it begins
 */
public record RunnersState(
    boolean known,
    List<RunnerStatus> rows,
    Optional<Problem> problem,
    Reason concern,
    String note,
    List<Warning> warnings) {

  /** Something about one runner; the same reason for the same runner is one occurrence. */
  public record Warning(String runner, Reason reason, String message) {}

  public RunnersState {
    rows = List.copyOf(rows);
    warnings = List.copyOf(warnings);
  }

  public static final RunnersState NONE =
      new RunnersState(false, List.of(), Optional.empty(), Reason.Ready, "", List.of());
}
