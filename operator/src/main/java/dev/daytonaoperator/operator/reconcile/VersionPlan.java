package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.services.ImageCatalogue;
import dev.daytonaoperator.services.Step;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which Daytona version shall run now, on the way to the wanted one (contract 3.3): on an empty
 * database all migrations first; on an upgrade the expanding ones before the new API and the
 * contracting ones after all its pods run.
 *
 * @param wanted the version that the resource asks for
 * @param current the version whose migrations are complete; absent on an empty database
 * @param running what API, proxy, gateway and runners shall run now
 */
record VersionPlan(String wanted, Optional<String> current, String running) {

  /** A plan, or why there is none. */
  sealed interface Result {
    record Planned(VersionPlan plan) implements Result {}

    record Refused(Problem problem) implements Result {}
  }

  static Result of(@Nullable String specified, InstallationState state) {
    var wanted =
        Optional.ofNullable(specified).or(state::version).orElseGet(ImageCatalogue::defaultVersion);
    var known = ImageCatalogue.knownVersions();
    if (!known.contains(wanted)) {
      return new Result.Refused(
          Problem.stalled(
              Reason.UnknownVersion,
              "spec.version '" + wanted + "' is not one of " + String.join(", ", known)));
    }
    return newer(wanted, state).orElseGet(() -> planned(wanted, state));
  }

  private static Result planned(String wanted, InstallationState state) {
    var current = state.version();
    boolean expanded = state.stepDone(Step.MIGRATE_PRE_DEPLOY.id(), wanted);
    boolean reached = current.isEmpty() || current.get().equals(wanted);
    return new Result.Planned(
        new VersionPlan(wanted, current, reached || expanded ? wanted : current.get()));
  }

  /** The refusal, when the database has left the wanted version behind for good. */
  private static Optional<Result> newer(String wanted, InstallationState state) {
    var known = ImageCatalogue.knownVersions();
    // A version that this operator does not know is one of a newer operator.
    return Stream.concat(
            state.version().stream(), state.occasions(Step.MIGRATE_POST_DEPLOY.id()).stream())
        .filter(v -> !known.contains(v) || known.indexOf(v) > known.indexOf(wanted))
        .findFirst()
        .map(
            reached ->
                new Result.Refused(
                    Problem.stalled(
                        Reason.DowngradeRefused,
                        "spec.version '"
                            + wanted
                            + "' is older than "
                            + reached
                            + ", whose contracting migrations have begun: restore a backup"
                            + " instead, or set spec.version to "
                            + reached)));
  }

  /** Whether an upgrade is under way. */
  boolean upgrading() {
    return current.isPresent() && !current.get().equals(wanted);
  }
}
