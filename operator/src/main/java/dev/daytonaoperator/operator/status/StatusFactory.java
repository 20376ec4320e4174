package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec.Mode;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.status.Conditions.Truth;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Inputs;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the status from a {@link Situation}. Pure but for the clock of transition times. */
public final class StatusFactory {

  /** Which condition speaks for which components. */
  private static final Map<ConditionType, List<ComponentName>> COMPONENT_CONDITIONS =
      new java.util.EnumMap<>(
          Map.of(
              ConditionType.DatabaseReady, List.of(ComponentName.DATABASE),
              ConditionType.CacheReady, List.of(ComponentName.CACHE),
              ConditionType.ObjectStorageReady, List.of(ComponentName.OBJECT_STORAGE),
              ConditionType.RegistryReady, List.of(ComponentName.REGISTRY),
              ConditionType.IdentityProviderReady, List.of(ComponentName.DEX),
              ConditionType.ApiReady, List.of(ComponentName.API),
              ConditionType.ProxyReady, List.of(ComponentName.PROXY),
              ConditionType.SshGatewayReady, List.of(ComponentName.SSH_GATEWAY),
              ConditionType.RunnersReady, List.of(ComponentName.RUNNER),
              ConditionType.ToolsReady,
                  List.of(
                      ComponentName.JAEGER,
                      ComponentName.OTEL_COLLECTOR,
                      ComponentName.MAILDEV,
                      ComponentName.PGADMIN,
                      ComponentName.REGISTRY_UI)));

  private static final java.util.Set<Reason> CREDENTIAL_REASONS =
      java.util.EnumSet.of(
          Reason.SecretNotFound,
          Reason.SecretKeyMissing,
          Reason.CredentialsLost,
          Reason.CredentialsNotDistinct,
          Reason.CredentialsInvalid);

  private final Clock clock;

  /** Tools are for people who run the platform: sandboxes work without them. */
  static boolean isTool(ComponentName name) {
    return Objects.requireNonNull(COMPONENT_CONDITIONS.get(ConditionType.ToolsReady))
        .contains(name);
  }

  public StatusFactory(Clock clock) {
    this.clock = clock;
  }

  public DaytonaInstallationStatus status(Situation situation) {
    var resource = situation.resource();
    var before = Optional.ofNullable(resource.getStatus());
    var conditions =
        new Conditions(
            before.map(DaytonaInstallationStatus::conditions).orElse(List.of()),
            resource.getMetadata().getGeneration(),
            clock.instant());
    var verdict = Verdict.of(situation);
    conditions.set(ConditionType.Ready, verdict.ready(), verdict.reason(), verdict.message());
    if (verdict.reconciling()) {
      conditions.set(ConditionType.Reconciling, Truth.TRUE, verdict.reason(), verdict.message());
    }
    if (verdict.stalled()) {
      conditions.set(ConditionType.Stalled, Truth.TRUE, verdict.reason(), verdict.message());
    }
    componentConditions(situation, conditions);
    otherConditions(situation, conditions);
    return assemble(situation, before, conditions.list());
  }

  private static DaytonaInstallationStatus assemble(
      Situation situation, Optional<DaytonaInstallationStatus> before, List<Condition> conditions) {
    var inputs = situation.inputs();
    return new DaytonaInstallationStatus(
        situation.resource().getMetadata().getGeneration(),
        situation
            .runningVersion()
            .or(() -> inputs.map(i -> i.progress().apiVersion()))
            .orElse(null),
        summary(situation.components()),
        inputs
            .map(Published::resolved)
            .orElseGet(() -> kept(before, DaytonaInstallationStatus::resolved)),
        new DataRetention(
            situation.retention(),
            inputs.map(i -> i.spec().dataRetention().whenScaled()).orElse(null)),
        inputs
            .map(Published::endpoints)
            .orElseGet(() -> kept(before, DaytonaInstallationStatus::endpoints)),
        inputs
            .map(Published::credentials)
            .orElseGet(() -> kept(before, DaytonaInstallationStatus::credentials)),
        situation.components().stream().map(StatusFactory::component).toList(),
        runners(situation),
        situation.upgrade().orElse(null),
        Limits.first(Limits.RETAINED, situation.retained()),
        preflight(situation),
        conditions);
  }

  /** While inputs cannot be computed the platform runs on as it was, and so does what is said. */
  private static <T> @org.jspecify.annotations.Nullable T kept(
      Optional<DaytonaInstallationStatus> before,
      java.util.function.Function<DaytonaInstallationStatus, T> member) {
    return before.map(member).orElse(null);
  }

  private static String summary(List<ComponentState> components) {
    long ready = components.stream().filter(ComponentState::ready).count();
    return ready + "/" + components.size();
  }

  private static DaytonaInstallationStatus.ComponentStatus component(ComponentState state) {
    return new DaytonaInstallationStatus.ComponentStatus(
        state.name().override().name(),
        state.ready(),
        state.desired(),
        state.available(),
        state.image().isEmpty() ? null : state.image(),
        state.reason().name(),
        state.message().isEmpty() ? null : Limits.message(state.message()));
  }

  private static List<DaytonaInstallationStatus.RunnerStatus> runners(Situation situation) {
    return Limits.first(Limits.RUNNERS, situation.runners().rows());
  }

  private static List<DaytonaInstallationStatus.Preflight> preflight(Situation situation) {
    return Limits.first(Limits.PREFLIGHT, situation.preflight()).stream()
        .map(
            p ->
                new DaytonaInstallationStatus.Preflight(
                    p.check(), p.result(), Limits.message(p.message())))
        .toList();
  }

  private static void componentConditions(Situation situation, Conditions conditions) {
    var byName =
        situation.components().stream().collect(Collectors.groupingBy(ComponentState::name));
    for (var entry : COMPONENT_CONDITIONS.entrySet()) {
      var states = new ArrayList<ComponentState>();
      entry.getValue().forEach(name -> states.addAll(byName.getOrDefault(name, List.of())));
      var worst = states.stream().filter(s -> !s.ready()).findFirst();
      if (situation.inputs().isEmpty() && states.isEmpty()) {
        conditions.set(entry.getKey(), Truth.UNKNOWN, Reason.Unknown, "not computed yet");
      } else if (states.isEmpty()) {
        conditions.set(
            entry.getKey(), Truth.TRUE, Reason.NotApplicable, "not part of this installation");
      } else if (entry.getKey() == ConditionType.RunnersReady && nodeLost(situation)) {
        runnersCondition(situation, conditions);
      } else if (worst.isPresent()) {
        conditions.set(
            entry.getKey(),
            Truth.FALSE,
            worst.get().reason(),
            worst.get().name().id() + ": " + worst.get().message());
      } else if (states.getFirst().reason() == Reason.Stopped) {
        conditions.set(entry.getKey(), Truth.TRUE, Reason.Stopped, "scaled to zero");
      } else if (entry.getKey() == ConditionType.RunnersReady) {
        runnersCondition(situation, conditions);
      } else {
        conditions.set(entry.getKey(), Truth.TRUE, states.getFirst().reason(), goingOn(states));
      }
    }
  }

  /** Says more than that a pod is not ready, and what to do. */
  private static boolean nodeLost(Situation situation) {
    return situation.runners().problem().filter(p -> p.reason() == Reason.NodeLost).isPresent();
  }

  private static String goingOn(List<ComponentState> states) {
    return states.stream()
        .map(ComponentState::message)
        .filter(words -> !words.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Pods that are ready are not yet runners that serve: Daytona has the last word. */
  private static void runnersCondition(Situation situation, Conditions conditions) {
    var runners = situation.runners();
    var problem = runners.problem();
    var asked = situation.platform().reachable().verdict() != PlatformHealth.Verdict.DISABLED;
    if (problem.isPresent()) {
      conditions.set(
          ConditionType.RunnersReady,
          Truth.FALSE,
          problem.get().reason(),
          told(problem.get().message(), runners.note()));
    } else if (asked && !runners.known()) {
      conditions.set(
          ConditionType.RunnersReady,
          Truth.UNKNOWN,
          Reason.Unknown,
          "their pods are ready; what Daytona says of them is not known");
    } else {
      conditions.set(ConditionType.RunnersReady, Truth.TRUE, runners.concern(), runners.note());
    }
  }

  private static String told(String message, String note) {
    return note.isEmpty() ? message : message + "; " + note;
  }

  private static void otherConditions(Situation situation, Conditions conditions) {
    var migrations = situation.steps().stream().filter(s -> s.step().migrates()).toList();
    var openMigration = migrations.stream().filter(s -> !s.done()).findFirst();
    if (openMigration.isPresent()) {
      var open = openMigration.get();
      boolean failed =
          open.stage() == StepState.Stage.FAILED || open.stage() == StepState.Stage.STOPPED;
      conditions.set(
          ConditionType.Migrated,
          Truth.FALSE,
          failed ? Reason.StepFailed : Reason.MigrationPending,
          open.step().id() + (failed ? ": " + open.message() : " is not done yet"));
    } else if (situation.runningVersion().isPresent()) {
      conditions.set(
          ConditionType.Migrated,
          Truth.TRUE,
          Reason.Ready,
          "database is at " + situation.runningVersion().get());
    } else {
      conditions.set(ConditionType.Migrated, Truth.UNKNOWN, Reason.Unknown, "not computed yet");
    }
    credentialCondition(situation, conditions);
    ExposureConditions.set(situation, conditions);
    platform(
        conditions,
        ConditionType.PlatformReachable,
        Reason.PlatformUnreachable,
        situation.platform().reachable());
    platform(
        conditions,
        ConditionType.DefaultSnapshotReady,
        Reason.SnapshotPending,
        situation.platform().snapshot());
    if (!situation.contested().isEmpty()) {
      conditions.set(
          ConditionType.Contested,
          Truth.TRUE,
          Reason.Contested,
          String.join("; ", situation.contested()));
    }
  }

  private static void credentialCondition(Situation situation, Conditions conditions) {
    var problem =
        situation.problems().stream()
            .filter(p -> CREDENTIAL_REASONS.contains(p.reason()))
            .findFirst();
    if (problem.isPresent()) {
      conditions.set(
          ConditionType.CredentialsAvailable,
          Truth.FALSE,
          problem.get().reason(),
          problem.get().message());
    } else if (situation.inputs().isEmpty()) {
      conditions.set(
          ConditionType.CredentialsAvailable, Truth.UNKNOWN, Reason.Unknown, "not computed yet");
    } else {
      conditions.set(ConditionType.CredentialsAvailable, Truth.TRUE, Reason.Ready, "");
    }
  }

  static boolean stopped(Situation situation) {
    return situation.inputs().map(Inputs::spec).map(s -> s.mode() == Mode.Stopped).orElse(false);
  }

  private static void platform(
      Conditions conditions, ConditionType type, Reason bad, PlatformHealth.Answer answer) {
    switch (answer.verdict()) {
      case GOOD -> conditions.set(type, Truth.TRUE, Reason.Ready, answer.message());
      case BAD -> conditions.set(type, Truth.FALSE, bad, answer.message());
      case FAILED -> conditions.set(type, Truth.FALSE, Reason.SnapshotFailed, answer.message());
      case UNKNOWN -> conditions.set(type, Truth.UNKNOWN, Reason.Unknown, answer.message());
      case NOT_APPLICABLE ->
          conditions.set(type, Truth.TRUE, Reason.NotApplicable, answer.message());
      case DISABLED ->
          conditions.set(type, Truth.UNKNOWN, Reason.PlatformChecksDisabled, answer.message());
    }
  }
}
