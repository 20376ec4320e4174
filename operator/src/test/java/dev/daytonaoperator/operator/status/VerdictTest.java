package dev.daytonaoperator.operator.status;

import static dev.daytonaoperator.operator.status.Situations.open;
import static dev.daytonaoperator.operator.status.Situations.well;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Conditions.Truth;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Step;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ready, on the way, or stuck: one table. */
class VerdictTest {

  private enum Then {
    READY(Truth.TRUE, false, false),
    RECONCILING(Truth.FALSE, true, false),
    STALLED(Truth.FALSE, false, true),
    AT_REST(Truth.FALSE, false, false),
    UNKNOWN(Truth.UNKNOWN, false, false);

    private final Truth ready;
    private final boolean reconciling;
    private final boolean stalled;

    Then(Truth ready, boolean reconciling, boolean stalled) {
      this.ready = ready;
      this.reconciling = reconciling;
      this.stalled = stalled;
    }
  }

  private static Arguments when(String words, Situations given, Then then, Reason reason) {
    return Arguments.of(Named.of(words, given), then, reason);
  }

  private static StepState step(Step step, StepState.Stage stage) {
    return new StepState(step, stage, stage == StepState.Stage.FAILED ? 2 : 0, "exit code 1");
  }

  private static PlatformHealth health(
      PlatformHealth.Verdict api, PlatformHealth.Verdict snapshot) {
    return new PlatformHealth(new Answer(api, "api"), new Answer(snapshot, "snapshot"));
  }

  static Stream<Arguments> cases() {
    return Stream.of(modes(), problems(), progress(), platform()).flatMap(s -> s);
  }

  private static Stream<Arguments> modes() {
    var down = open(ComponentName.API, Reason.CrashLooping, "pod a");
    return Stream.of(
        when("all is well", well(), Then.READY, Reason.Ready),
        when("stopped", Situations.of("mode: Stopped"), Then.READY, Reason.Stopped),
        when("paused", Situations.of("mode: Paused"), Then.READY, Reason.Paused),
        when(
            "stopping",
            Situations.of("mode: Stopped").with(open(ComponentName.API, Reason.Progressing, "1")),
            Then.RECONCILING,
            Reason.Progressing),
        when(
            "stopped before its steps were done",
            Situations.of("mode: Stopped").steps(step(Step.BUCKET, StepState.Stage.PENDING)),
            Then.READY,
            Reason.Stopped),
        when(
            "paused and something is down",
            Situations.of("mode: Paused").with(down),
            Then.AT_REST,
            Reason.CrashLooping),
        when(
            "paused and nothing can be computed",
            Situations.of("mode: Paused").noInputs().components(java.util.List.of()),
            Then.UNKNOWN,
            Reason.Paused));
  }

  private static Stream<Arguments> problems() {
    var missing = Problem.waiting(Reason.SecretNotFound, "Secret a");
    var lost = Problem.stalled(Reason.CredentialsLost, "Secret b");
    return Stream.of(
        when(
            "a Secret is missing",
            well().noInputs().problems(missing),
            Then.RECONCILING,
            Reason.SecretNotFound),
        when(
            "a Secret has been missing for long",
            well().noInputs().problems(Problem.stalled(Reason.SecretNotFound, "Secret a")),
            Then.STALLED,
            Reason.SecretNotFound),
        when(
            "the worse of two",
            well().problems(missing, lost),
            Then.STALLED,
            Reason.CredentialsLost),
        when(
            "paused and stuck",
            Situations.of("mode: Paused").problems(lost),
            Then.STALLED,
            Reason.CredentialsLost),
        when(
            "a problem before a component that is down",
            well().problems(missing).with(open(ComponentName.API, Reason.CrashLooping, "")),
            Then.RECONCILING,
            Reason.SecretNotFound),
        when("contested", well().contested("ConfigMap a"), Then.RECONCILING, Reason.Contested));
  }

  private static Stream<Arguments> progress() {
    return Stream.of(
        when("writing", well().unsettled(), Then.RECONCILING, Reason.Progressing),
        when(
            "a component starts",
            well().with(open(ComponentName.API, Reason.Progressing, "0 of 1")),
            Then.RECONCILING,
            Reason.Progressing),
        when(
            "the cause before those who wait for it",
            well()
                .with(
                    open(ComponentName.DATABASE, Reason.Progressing, "0 of 1"),
                    open(ComponentName.API, Reason.WaitingForDependency, ""),
                    open(ComponentName.RUNNER, Reason.Unschedulable, "no node")),
            Then.RECONCILING,
            Reason.Unschedulable),
        when(
            "a tool is down",
            well()
                .with(
                    open(ComponentName.PGADMIN, Reason.CrashLooping, ""),
                    open(ComponentName.JAEGER, Reason.ImageUnavailable, "")),
            Then.READY,
            Reason.Ready),
        when(
            "a step failed",
            well().steps(step(Step.MIGRATE_INIT, StepState.Stage.FAILED)),
            Then.RECONCILING,
            Reason.StepFailed),
        when(
            "a step was given up",
            well().steps(step(Step.MIGRATE_PRE_DEPLOY, StepState.Stage.STOPPED)),
            Then.STALLED,
            Reason.StepFailed),
        when(
            "a step is running",
            well().steps(step(Step.MIGRATE_INIT, StepState.Stage.RUNNING)),
            Then.RECONCILING,
            Reason.StepRunning),
        when(
            "a runner that leaves is drained",
            well().steps(step(Step.RUNNER_DRAIN, StepState.Stage.RUNNING)),
            Then.READY,
            Reason.Ready),
        when(
            "it cannot be drained",
            well().steps(step(Step.RUNNER_DRAIN, StepState.Stage.FAILED)),
            Then.RECONCILING,
            Reason.StepFailed));
  }

  private static Stream<Arguments> platform() {
    var good = PlatformHealth.Verdict.GOOD;
    var bad = PlatformHealth.Verdict.BAD;
    return Stream.of(
        when("Daytona is well", well().platform(health(good, good)), Then.READY, Reason.Ready),
        when(
            "Daytona does not answer",
            well().platform(health(bad, bad)),
            Then.RECONCILING,
            Reason.PlatformUnreachable),
        when(
            "the snapshot is being made",
            well().platform(health(good, bad)),
            Then.RECONCILING,
            Reason.SnapshotPending),
        when(
            "the snapshot cannot be made",
            well().platform(health(good, PlatformHealth.Verdict.FAILED)),
            Then.RECONCILING,
            Reason.SnapshotFailed),
        when(
            "Daytona was not asked yet",
            well().platform(PlatformHealth.unknown("not yet")),
            Then.RECONCILING,
            Reason.PlatformUnreachable),
        when(
            "stopped, nobody answers",
            Situations.of("mode: Stopped").platform(health(bad, bad)),
            Then.READY,
            Reason.Stopped),
        when(
            "checks are off",
            well().platform(PlatformHealth.disabled()),
            Then.READY,
            Reason.Ready));
  }

  @Test
  void during_an_upgrade_every_message_says_so() {
    var upgrade = new DaytonaInstallationStatus.Upgrade("v1", "v2", "api", "2026-03-01T10:20:30Z");
    var verdict =
        Verdict.of(
            well()
                .upgrade(upgrade)
                .with(open(ComponentName.API, Reason.Progressing, "0 of 1 pods are ready"))
                .build());

    assertThat(verdict.message())
        .isEqualTo("upgrade from v1 to v2, api: api: 0 of 1 pods are ready");
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @MethodSource("cases")
  void judges(Situations given, Then then, Reason reason) {
    var verdict = Verdict.of(given.build());

    assertThat(verdict.ready()).isEqualTo(then.ready);
    assertThat(verdict.reconciling()).isEqualTo(then.reconciling);
    assertThat(verdict.stalled()).isEqualTo(then.stalled);
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.message()).isNotEmpty();
  }
}
