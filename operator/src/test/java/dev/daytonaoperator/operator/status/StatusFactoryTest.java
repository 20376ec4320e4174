package dev.daytonaoperator.operator.status;

import static dev.daytonaoperator.operator.status.Situations.open;
import static dev.daytonaoperator.operator.status.Situations.well;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.MovingClock;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The whole status of a situation. */
class StatusFactoryTest {

  /** Present only while true. */
  private static final Set<ConditionType> ONLY_WHILE_TRUE =
      EnumSet.of(ConditionType.Reconciling, ConditionType.Stalled, ConditionType.Contested);

  private final MovingClock clock = MovingClock.still();
  private final StatusFactory factory = new StatusFactory(clock);

  private DaytonaInstallationStatus status(Situations given) {
    return factory.status(given.build());
  }

  private static Optional<Condition> condition(
      DaytonaInstallationStatus status, ConditionType type) {
    return status.conditions().stream().filter(c -> c.getType().equals(type.name())).findFirst();
  }

  private static String told(DaytonaInstallationStatus status, ConditionType type) {
    return condition(status, type).map(c -> c.getStatus() + " " + c.getReason()).orElse("absent");
  }

  @Test
  void when_all_is_well_every_condition_says_so() {
    var status = status(well());

    assertThat(status.conditions())
        .extracting(Condition::getType)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ConditionType.values())
                .filter(t -> !ONLY_WHILE_TRUE.contains(t))
                .map(Enum::name)
                .toList());
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.version()).isEqualTo("v0.189.0");
    assertThat(status.summary()).isEqualTo("14/14");
    assertThat(told(status, ConditionType.Ready)).isEqualTo("True Ready");
    assertThat(told(status, ConditionType.Migrated)).isEqualTo("True Ready");
    assertThat(told(status, ConditionType.PlatformReachable))
        .isEqualTo("Unknown PlatformChecksDisabled");
    assertThat(told(status, ConditionType.DefaultSnapshotReady))
        .isEqualTo("Unknown PlatformChecksDisabled");
  }

  @Test
  void a_snapshot_that_failed_is_told_from_one_that_is_being_made() {
    var good = new PlatformHealth.Answer(PlatformHealth.Verdict.GOOD, "");
    var pending = new PlatformHealth.Answer(PlatformHealth.Verdict.BAD, "is pending");
    var failed = new PlatformHealth.Answer(PlatformHealth.Verdict.FAILED, "no such image");
    assertThat(snapshot(new PlatformHealth(good, pending))).isEqualTo("False SnapshotPending");
    assertThat(snapshot(new PlatformHealth(good, failed))).isEqualTo("False SnapshotFailed");
    assertThat(snapshot(new PlatformHealth(good, good))).isEqualTo("True Ready");
  }

  private String snapshot(PlatformHealth health) {
    return told(status(well().platform(health)), ConditionType.DefaultSnapshotReady);
  }

  @Test
  void a_component_that_is_down_is_counted_and_told_by_its_own_condition() {
    var status = status(well().with(open(ComponentName.DATABASE, Reason.Unschedulable, "no node")));

    assertThat(status.summary()).isEqualTo("13/14");
    assertThat(told(status, ConditionType.DatabaseReady)).isEqualTo("False Unschedulable");
    assertThat(condition(status, ConditionType.DatabaseReady).orElseThrow().getMessage())
        .isEqualTo("database: no node");
    assertThat(told(status, ConditionType.CacheReady)).isEqualTo("True Ready");
    assertThat(told(status, ConditionType.Ready)).isEqualTo("False Unschedulable");
    assertThat(told(status, ConditionType.Reconciling)).isEqualTo("True Unschedulable");
    assertThat(status.components())
        .filteredOn(c -> !c.ready())
        .singleElement()
        .isEqualTo(
            new DaytonaInstallationStatus.ComponentStatus(
                "database", false, 1, 0, "image:1", "Unschedulable", "no node"));
  }

  @Test
  void a_tool_that_is_down_is_told_and_does_not_count_for_ready() {
    var status = status(well().with(open(ComponentName.PGADMIN, Reason.CrashLooping, "x")));

    assertThat(status.summary()).isEqualTo("13/14");
    assertThat(told(status, ConditionType.ToolsReady)).isEqualTo("False CrashLooping");
    assertThat(told(status, ConditionType.Ready)).isEqualTo("True Ready");
  }

  @Test
  void what_is_not_part_of_the_installation_has_nothing_to_wait_for() {
    var all =
        Arrays.stream(ComponentName.values())
            .filter(n -> n != ComponentName.DEX && n != ComponentName.RUNNER)
            .map(Situations::ready)
            .toList();

    var status = status(well().components(all));

    assertThat(status.summary()).isEqualTo("12/12");
    assertThat(told(status, ConditionType.IdentityProviderReady)).isEqualTo("True NotApplicable");
    assertThat(told(status, ConditionType.RunnersReady)).isEqualTo("True NotApplicable");
  }

  @Test
  void a_failed_migration_is_told_with_its_pod() {
    var step = new StepState(Step.MIGRATE_INIT, StepState.Stage.FAILED, 2, "exit code 1; see: x");
    var status = status(well().noVersion().steps(step));

    assertThat(told(status, ConditionType.Migrated)).isEqualTo("False StepFailed");
    assertThat(condition(status, ConditionType.Migrated).orElseThrow().getMessage())
        .isEqualTo("migrate-init: exit code 1; see: x");
  }

  @Test
  void a_missing_secret_is_told_by_the_credentials() {
    var status =
        status(well().noInputs().problems(Problem.waiting(Reason.SecretNotFound, "Secret a")));

    assertThat(told(status, ConditionType.CredentialsAvailable)).isEqualTo("False SecretNotFound");
    assertThat(told(status, ConditionType.ExposureReady)).isEqualTo("Unknown Unknown");
    assertThat(told(status, ConditionType.Stalled)).isEqualTo("absent");
  }

  @Test
  void what_was_published_stays_while_it_cannot_be_computed() {
    var before = status(well());
    var status =
        status(
            well()
                .had(before)
                .noInputs()
                .problems(Problem.stalled(Reason.CredentialsLost, "Secret a")));

    assertThat(status.endpoints()).isEqualTo(before.endpoints());
    assertThat(status.credentials()).isEqualTo(before.credentials());
    assertThat(status.resolved()).isEqualTo(before.resolved());
    assertThat(told(status, ConditionType.Stalled)).isEqualTo("True CredentialsLost");
    assertThat(told(status, ConditionType.Reconciling)).isEqualTo("absent");
  }

  @Test
  void a_fight_is_told_while_it_lasts() {
    var status = status(well().contested("ConfigMap a is changed again and again by b"));

    assertThat(told(status, ConditionType.Contested)).isEqualTo("True Contested");
    assertThat(told(status(well()), ConditionType.Contested)).isEqualTo("absent");
  }

  @Test
  void times_change_with_the_truth_alone() {
    var before = status(well());
    clock.advance(Duration.ofMinutes(5));

    assertThat(status(well().had(before))).isEqualTo(before);
    var after = status(well().had(before).with(open(ComponentName.API, Reason.Progressing, "x")));

    for (var condition : after.conditions()) {
      var same =
          before.conditions().stream()
              .anyMatch(
                  c ->
                      c.getType().equals(condition.getType())
                          && c.getStatus().equals(condition.getStatus())
                          && c.getLastTransitionTime().equals(condition.getLastTransitionTime()));
      assertThat(same)
          .as(condition.getType())
          .isEqualTo(
              !Set.of("Ready", "Reconciling", "ApiReady", "ExposureReady")
                  .contains(condition.getType()));
    }
  }

  @Test
  void the_generation_is_that_of_the_spec_which_was_looked_at() {
    var status = status(well().generation(9));

    assertThat(status.observedGeneration()).isEqualTo(9);
    assertThat(status.conditions()).allMatch(c -> c.getObservedGeneration() == 9);
  }

  @Test
  void what_is_long_is_cut_to_what_the_schema_takes() {
    var retained =
        IntStream.range(0, 200)
            .mapToObj(i -> new DaytonaInstallationStatus.Retained("Secret", "s" + i, "hint"))
            .toList();
    var preflight =
        IntStream.range(0, 50)
            .mapToObj(
                i -> new DaytonaInstallationStatus.Preflight("c" + i, "Failed", "x".repeat(9000)))
            .toList();
    var status =
        status(
            Situations.well()
                .runners(
                    new RunnersState(
                        true,
                        IntStream.range(0, 198).mapToObj(i -> Situations.runner("a-" + i)).toList(),
                        Optional.empty(),
                        Reason.Ready,
                        "x".repeat(9000),
                        List.of()))
                .retained(retained)
                .preflight(preflight)
                .with(open(ComponentName.API, Reason.PodFailed, "x".repeat(9000))));

    assertThat(status.runners()).hasSize(128);
    assertThat(status.retained()).hasSize(64);
    assertThat(status.preflight()).hasSize(32).allMatch(p -> p.message().length() == 1024);
    assertThat(status.components())
        .allMatch(c -> c.message() == null || c.message().length() == 1024);
    assertThat(status.conditions()).allMatch(c -> c.getMessage().length() <= 1024);
  }

  private static RunnersState runners(Optional<Problem> problem, Reason concern, String note) {
    return new RunnersState(
        true, List.of(Situations.runner("a-0")), problem, concern, note, List.of());
  }

  @Test
  void pods_that_are_ready_are_not_yet_runners_that_serve() {
    var good = new PlatformHealth.Answer(PlatformHealth.Verdict.GOOD, "");
    var asked = Situations.well().platform(new PlatformHealth(good, good));

    assertThat(told(status(asked), ConditionType.RunnersReady))
        .as("Daytona has not told of them")
        .isEqualTo("Unknown Unknown");

    var problem = Problem.waiting(Reason.RunnerNotReady, "a-0 does not report");
    var bad = status(asked.runners(runners(Optional.of(problem), Reason.Ready, "a-1 leaves")));
    assertThat(told(bad, ConditionType.RunnersReady)).isEqualTo("False RunnerNotReady");
    assertThat(condition(bad, ConditionType.RunnersReady).orElseThrow().getMessage())
        .isEqualTo("a-0 does not report; a-1 leaves");
    assertThat(told(bad, ConditionType.Ready)).isEqualTo("False RunnerNotReady");

    var concern =
        status(asked.runners(runners(Optional.empty(), Reason.ScoreLow, "a-0: disk 80 %")));
    assertThat(told(concern, ConditionType.RunnersReady)).isEqualTo("True ScoreLow");
    assertThat(told(concern, ConditionType.Ready)).isEqualTo("True Ready");
  }

  /** Whatever the situation, tools that wait for a condition can rely on these. */
  @RepeatedTest(value = 300, name = "seed {currentRepetition}")
  void holds_whatever_the_situation(RepetitionInfo repetition) {
    var random = new SplittableRandom(repetition.getCurrentRepetition());

    var status = status(any(random));

    var types = status.conditions().stream().map(Condition::getType).toList();
    assertThat(types).doesNotHaveDuplicates().contains("Ready");
    assertThat(types.contains("Reconciling") && types.contains("Stalled")).isFalse();
    for (var condition : status.conditions()) {
      assertThat(ConditionType.values()).extracting(Enum::name).contains(condition.getType());
      assertThat(Reason.values()).extracting(Enum::name).contains(condition.getReason());
      assertThat(condition.getStatus()).isIn("True", "False", "Unknown");
      assertThat(condition.getMessage()).isNotNull();
      assertThat(condition.getLastTransitionTime()).isNotEmpty();
      if (ONLY_WHILE_TRUE.contains(ConditionType.valueOf(condition.getType()))) {
        assertThat(condition.getStatus()).isEqualTo("True");
      }
    }
    var ready = condition(status, ConditionType.Ready).orElseThrow();
    if (ready.getStatus().equals("True")) {
      assertThat(types).doesNotContain("Reconciling", "Stalled");
    }
    assertThat(status.components()).allMatch(c -> !c.reason().isEmpty());
    assertThat(status.summary()).matches("\\d+/14");
  }

  private static Situations any(SplittableRandom random) {
    var mode = List.of("Running", "Stopped", "Paused").get(random.nextInt(3));
    var given = Situations.of("mode: " + mode);
    var reasons = Reason.values();
    given.components(
        Arrays.stream(ComponentName.values())
            .map(
                name ->
                    random.nextBoolean()
                        ? Situations.ready(name)
                        : open(name, reasons[random.nextInt(reasons.length)], "words"))
            .collect(Collectors.toList()));
    var stages = StepState.Stage.values();
    if (random.nextBoolean()) {
      given.steps(
          new StepState(Step.BUCKET, stages[random.nextInt(stages.length)], 1, "words"),
          new StepState(Step.MIGRATE_INIT, stages[random.nextInt(stages.length)], 1, "words"));
    }
    if (random.nextInt(3) == 0) {
      var reason = reasons[random.nextInt(reasons.length)];
      given.problems(
          random.nextBoolean()
              ? Problem.waiting(reason, "words")
              : Problem.stalled(reason, "words"));
    }
    if (random.nextInt(3) == 0) {
      given.noInputs();
    }
    if (random.nextInt(3) == 0) {
      given.noVersion();
    }
    if (random.nextInt(3) == 0) {
      given.unsettled();
    }
    if (random.nextInt(5) == 0) {
      given.contested("words");
    }
    return random.nextInt(3) == 0 ? given.platform(PlatformHealth.unknown("words")) : given;
  }
}
