package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.UpgradeRecord;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.services.ImageCatalogue;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which Daytona version each part shall run now, on the way to the wanted one (contract 3.3): on an
 * empty database all migrations first; on an upgrade a dump and the expanding ones before the new
 * API, the contracting ones after all its pods run, then proxy and SSH gateway, then runners.
 *
 * @param wanted the version that is on its way or runs
 * @param current the version that an upgrade starts from or that runs; absent on an empty database
 * @param running what each part shall run now
 * @param upgrade the upgrade that is under way
 * @param next a version that waits for the end of this upgrade
 */
record VersionPlan(
    String wanted,
    Optional<String> current,
    Versions running,
    Optional<UpgradeRecord> upgrade,
    Optional<String> next) {

  /** A plan, or why there is none. */
  sealed interface Result {

    /** The plan, and the state with the beginning or the end of an upgrade noted. */
    record Planned(VersionPlan plan, InstallationState state) implements Result {}

    record Refused(Problem problem) implements Result {}
  }

  static Result of(@Nullable String specified, InstallationState state, Instant now) {
    return of(specified, state, now, ImageCatalogue.knownVersions());
  }

  /**
   * The plan.
   *
   * @param known oldest first
   */
  static Result of(
      @Nullable String specified, InstallationState state, Instant now, List<String> known) {
    var wanted =
        Optional.ofNullable(specified)
            .or(() -> state.upgrade().map(UpgradeRecord::to))
            .or(state::version)
            .orElseGet(ImageCatalogue::defaultVersion);
    if (!known.contains(wanted)) {
      return new Result.Refused(
          Problem.stalled(
              Reason.UnknownVersion,
              "spec.version '" + wanted + "' is not one of " + String.join(", ", known)));
    }
    return refusal(wanted, state, known)
        .<Result>map(Result.Refused::new)
        .orElseGet(() -> planned(wanted, state, now));
  }

  private static Result planned(String wanted, InstallationState state, Instant now) {
    var current = state.version();
    if (current.isEmpty() || current.get().equals(wanted)) {
      // Where an upgrade was under way, it is given up: nothing has been contracted yet.
      return new Result.Planned(
          new VersionPlan(
              wanted, current, Versions.all(wanted), Optional.empty(), Optional.empty()),
          state.withoutUpgrade());
    }
    var upgrade = state.upgrade().orElseGet(() -> UpgradeRecord.begun(current.get(), wanted, now));
    return new Result.Planned(
        new VersionPlan(
            upgrade.to(),
            current,
            underWay(upgrade, state),
            Optional.of(upgrade),
            Optional.of(wanted).filter(it -> !it.equals(upgrade.to()))),
        state.withUpgrade(upgrade));
  }

  private static Versions underWay(UpgradeRecord upgrade, InstallationState state) {
    boolean expanded = state.stepDone(Step.MIGRATE_PRE_DEPLOY.id(), upgrade.occasion());
    boolean contracted = state.stepDone(Step.MIGRATE_POST_DEPLOY.id(), upgrade.occasion());
    return new Versions(
        expanded ? upgrade.to() : upgrade.from(),
        contracted ? upgrade.to() : upgrade.from(),
        upgrade.from());
  }

  /** Why the wanted version cannot follow what the database has been through. */
  private static Optional<Problem> refusal(
      String wanted, InstallationState state, List<String> known) {
    var reached =
        state
            .upgrade()
            .filter(it -> contracting(it, state))
            .map(UpgradeRecord::to)
            .or(state::version);
    if (reached.filter(it -> newer(it, wanted, known)).isPresent()) {
      return Optional.of(
          refused(
              wanted,
              "is older than "
                  + reached.get()
                  + ", whose contracting migrations have begun: restore the dump from before the"
                  + " upgrade, or set spec.version to "
                  + reached.get()));
    }
    return state
        .upgrade()
        .filter(it -> !wanted.equals(it.from()) && newer(it.to(), wanted, known))
        .map(
            it ->
                refused(
                    wanted,
                    "is older than "
                        + it.to()
                        + ", to which an upgrade is under way: set spec.version back to "
                        + it.from()
                        + " first"));
  }

  private static Problem refused(String wanted, String why) {
    return Problem.stalled(Reason.DowngradeRefused, "spec.version '" + wanted + "' " + why);
  }

  private static boolean contracting(UpgradeRecord upgrade, InstallationState state) {
    return state.occasions(Step.MIGRATE_POST_DEPLOY.id()).contains(upgrade.occasion());
  }

  /** A version that this operator does not know is one of a newer operator. */
  private static boolean newer(String version, String than, List<String> known) {
    return !known.contains(version) || known.indexOf(version) > known.indexOf(than);
  }

  /** Whether an upgrade is under way. */
  boolean upgrading() {
    return upgrade.isPresent();
  }

  /** What the steps of the wanted version are done for. */
  String occasion() {
    return upgrade.map(UpgradeRecord::occasion).orElse(wanted);
  }
}
