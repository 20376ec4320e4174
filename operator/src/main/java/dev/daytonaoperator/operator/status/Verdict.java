package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec.Mode;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Conditions.Truth;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import java.util.Objects;
import java.util.Optional;

/**
 * The summary: ready, and if not, whether waiting helps. Never both reconciling and stalled:
 * kstatus reads {@code Reconciling} first and would never report the failure.
 */
record Verdict(Truth ready, boolean reconciling, boolean stalled, Reason reason, String message) {

  static Verdict of(Situation situation) {
    var verdict = unnamed(situation);
    return situation
        .upgrade()
        .filter(it -> verdict.ready() == Truth.FALSE)
        .map(
            it ->
                new Verdict(
                    verdict.ready(),
                    verdict.reconciling(),
                    verdict.stalled(),
                    verdict.reason(),
                    "upgrade from %s to %s, %s: %s"
                        .formatted(it.from(), it.to(), it.step(), verdict.message())))
        .orElse(verdict);
  }

  private static Verdict unnamed(Situation situation) {
    var stalling =
        situation.problems().stream()
            .filter(Problem::stalls)
            .findFirst()
            .or(() -> stoppedStep(situation));
    if (stalling.isPresent()) {
      return new Verdict(
          Truth.FALSE, false, true, stalling.get().reason(), stalling.get().message());
    }
    var mode = Objects.requireNonNullElse(situation.resource().getSpec().mode(), Mode.Running);
    var open = open(situation);
    if (open.isPresent()) {
      // Paused writes nothing, so nothing is on its way: only the truth about readiness is told.
      return new Verdict(
          Truth.FALSE, mode != Mode.Paused, false, open.get().reason(), open.get().message());
    }
    if (situation.inputs().isEmpty()) {
      // Paused before there was anything to compare with: nothing is known and nothing will be
      // done.
      return new Verdict(
          Truth.UNKNOWN,
          false,
          false,
          mode == Mode.Paused ? Reason.Paused : Reason.Unknown,
          "what is wanted cannot be computed from the Secrets that exist");
    }
    return switch (mode) {
      case Running ->
          new Verdict(Truth.TRUE, false, false, Reason.Ready, "all components are ready");
      case Stopped ->
          new Verdict(
              Truth.TRUE,
              false,
              false,
              Reason.Stopped,
              "scaled to zero; data and credentials kept");
      case Paused ->
          new Verdict(
              Truth.TRUE, false, false, Reason.Paused, "ready; the operator changes nothing");
    };
  }

  private static Optional<Problem> stoppedStep(Situation situation) {
    return situation.steps().stream()
        .filter(s -> s.stage() == StepState.Stage.STOPPED)
        .findFirst()
        .map(s -> Problem.stalled(Reason.StepFailed, s.step().id() + " " + s.message()));
  }

  /** The first thing that is not as it shall be, most telling first. */
  private static Optional<Problem> open(Situation situation) {
    return situation.problems().stream()
        .findFirst()
        .or(() -> failedStep(situation))
        .or(() -> contested(situation))
        .or(() -> situation.runners().problem().filter(p -> p.reason() == Reason.NodeLost))
        .or(() -> openComponent(situation))
        .or(() -> openStep(situation))
        .or(() -> upgrading(situation))
        .or(() -> unsettled(situation))
        .or(() -> platform(situation));
  }

  private static Optional<Problem> contested(Situation situation) {
    return situation.contested().stream()
        .findFirst()
        .map(text -> Problem.waiting(Reason.Contested, text));
  }

  private static Optional<Problem> failedStep(Situation situation) {
    return situation.steps().stream()
        .filter(s -> s.stage() == StepState.Stage.FAILED)
        .findFirst()
        .map(
            s ->
                Problem.waiting(
                    Reason.StepFailed, s.step().id() + " will be tried again: " + s.message()));
  }

  private static Optional<Problem> openComponent(Situation situation) {
    return situation.components().stream()
        .filter(c -> !c.ready() && !StatusFactory.isTool(c.name()))
        .min(java.util.Comparator.comparing(Verdict::telling))
        .map(c -> Problem.waiting(c.reason(), c.name().id() + ": " + c.message()));
  }

  /** A component with a cause of its own says more than one that waits for it. */
  private static int telling(ComponentState component) {
    return switch (component.reason()) {
      case WaitingForDependency -> 2;
      case Progressing -> 1;
      default -> 0;
    };
  }

  private static Optional<Problem> openStep(Situation situation) {
    return situation.steps().stream()
        .filter(s -> !s.done() && !s.step().inBackground() && !stopped(situation))
        .findFirst()
        .map(s -> Problem.waiting(Reason.StepRunning, s.step().id() + " is not done yet"));
  }

  private static boolean stopped(Situation situation) {
    return situation.inputs().map(i -> i.spec().mode() == Mode.Stopped).orElse(false);
  }

  private static Optional<Problem> upgrading(Situation situation) {
    return situation
        .upgrade()
        .filter(it -> !stopped(situation))
        .map(it -> Problem.waiting(Reason.Progressing, "under way"));
  }

  private static Optional<Problem> unsettled(Situation situation) {
    return situation.settled()
        ? Optional.empty()
        : Optional.of(Problem.waiting(Reason.Progressing, "changes are being applied"));
  }

  private static Optional<Problem> platform(Situation situation) {
    if (stopped(situation)) {
      return Optional.empty();
    }
    return answer(Reason.PlatformUnreachable, "Daytona API: ", situation.platform().reachable())
        // Before the snapshot: without a runner that serves there can be none.
        .or(() -> situation.runners().problem())
        .or(
            () ->
                answer(
                    Reason.SnapshotPending, "default snapshot: ", situation.platform().snapshot()));
  }

  private static Optional<Problem> answer(Reason bad, String subject, Answer answer) {
    return switch (answer.verdict()) {
      case GOOD, DISABLED, NOT_APPLICABLE -> Optional.empty();
      case FAILED ->
          Optional.of(Problem.waiting(Reason.SnapshotFailed, subject + answer.message()));
      case BAD, UNKNOWN -> Optional.of(Problem.waiting(bad, subject + answer.message()));
    };
  }
}
