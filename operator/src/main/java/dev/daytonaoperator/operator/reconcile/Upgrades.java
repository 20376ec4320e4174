package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.DatabaseDump;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The way from one Daytona version to the next: its steps, its end, and what is said of it. */
final class Upgrades {

  private Upgrades() {}

  /** The steps of the upgrade that is under way, in their order. */
  static List<StepRunner.Due> steps(
      VersionPlan version,
      Inputs inputs,
      List<ComponentState> components,
      Predicate<ObjectKey> exists) {
    boolean database = DueSteps.ready(components, ComponentName.DATABASE);
    var steps = new ArrayList<StepRunner.Due>();
    if (DatabaseDump.applies(inputs)) {
      var claim =
          new ObjectKey(
              "PersistentVolumeClaim", inputs.namespace(), DatabaseDump.claimName(inputs));
      steps.add(
          new StepRunner.Due(
              Step.DATABASE_DUMP, version.occasion(), database && exists.test(claim)));
    }
    steps.add(new StepRunner.Due(Step.MIGRATE_PRE_DEPLOY, version.occasion(), database));
    // Contracting migrations break pods of the old version: all must be of the new one.
    steps.add(
        new StepRunner.Due(
            Step.MIGRATE_POST_DEPLOY,
            version.occasion(),
            version.running().api().equals(version.wanted())
                && runs(components, ComponentName.API, inputs, Image.API)));
    return steps;
  }

  /**
   * Whether all is done but for the runners, which follow at their own pace: a runner is replaced
   * when its sandboxes allow it.
   */
  static boolean arrived(
      VersionPlan version,
      StepRunner.Progress steps,
      Inputs inputs,
      List<ComponentState> components) {
    return version.upgrading()
        && steps.done(Step.MIGRATE_POST_DEPLOY)
        && version.running().edge().equals(version.wanted())
        && runs(components, ComponentName.PROXY, inputs, Image.PROXY)
        && runs(components, ComponentName.SSH_GATEWAY, inputs, Image.SSH_GATEWAY);
  }

  /**
   * Whether all pods of a component are ready and of the image in force; the gateway may be off.
   */
  private static boolean runs(
      List<ComponentState> components, ComponentName name, Inputs inputs, Image image) {
    var found = components.stream().filter(c -> c.name() == name).toList();
    return (name == ComponentName.SSH_GATEWAY || !found.isEmpty())
        && found.stream()
            .allMatch(
                c ->
                    c.ready()
                        && (c.available() > 0 || c.desired() == 0)
                        && c.image().equals(inputs.images().get(image)));
  }

  /** The upgrade as the status has it. */
  static Optional<DaytonaInstallationStatus.Upgrade> status(
      VersionPlan version, StepRunner.Progress steps) {
    return version
        .upgrade()
        .map(
            it ->
                new DaytonaInstallationStatus.Upgrade(
                    it.from(), it.to(), stage(steps), it.startedAt()));
  }

  /** The step that is open; the parts that roll between two steps go by their own names. */
  private static String stage(StepRunner.Progress steps) {
    return steps.steps().stream()
        .filter(s -> s.step().ofUpgrade() && !s.done())
        .findFirst()
        .map(
            s ->
                s.step() == Step.MIGRATE_POST_DEPLOY && s.stage() == StepState.Stage.PENDING
                    ? "api"
                    : s.step().id())
        .orElse("proxy-and-ssh-gateway");
  }

  /** What else there is to say while it is under way. */
  static Optional<Problem> waiting(VersionPlan version) {
    return version
        .next()
        .map(
            next ->
                Problem.waiting(
                    Reason.Progressing,
                    next + " waits until the upgrade to " + version.wanted() + " is done"));
  }

  /** Whether the data were saved before the schema changes, and where. */
  static Optional<DaytonaInstallationStatus.Preflight> preflight(
      VersionPlan version, Inputs inputs, StepRunner.Progress steps) {
    if (!version.upgrading()) {
      return Optional.empty();
    }
    if (!DatabaseDump.applies(inputs)) {
      return Optional.of(
          new DaytonaInstallationStatus.Preflight(
              "DatabaseDump",
              "Unknown",
              "the database is external: it is not dumped, back it up yourself"));
    }
    boolean done = steps.done(Step.DATABASE_DUMP);
    return Optional.of(
        new DaytonaInstallationStatus.Preflight(
            "DatabaseDump",
            done ? "Passed" : "Unknown",
            (done ? "dumped to" : "to be dumped to")
                + " PersistentVolumeClaim "
                + DatabaseDump.claimName(inputs)));
  }
}
