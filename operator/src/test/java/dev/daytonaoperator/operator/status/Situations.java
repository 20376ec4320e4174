package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Situations, beginning with the one in which all is well. */
final class Situations {

  private final DaytonaInstallation resource = new DaytonaInstallation();
  private Optional<Inputs> inputs;
  private Optional<String> version = Optional.of("v0.189.0");
  private List<Problem> problems = List.of();
  private List<ComponentState> components;
  private List<StepState> steps =
      List.of(
          new StepState(Step.BUCKET, StepState.Stage.DONE, 0, ""),
          new StepState(Step.MIGRATE_INIT, StepState.Stage.DONE, 0, ""));
  private Optional<DaytonaInstallationStatus.Upgrade> upgrade = Optional.empty();
  private boolean settled = true;
  private List<DaytonaInstallationStatus.Retained> retained = List.of();
  private List<DaytonaInstallationStatus.Preflight> preflight = List.of();
  private List<String> contested = List.of();
  private PlatformHealth platform = PlatformHealth.disabled();
  private RunnersState runners = RunnersState.NONE;

  private Situations(String spec) {
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withName("dev")
            .withNamespace("ns")
            .withUid("uid")
            .withGeneration(3L)
            .withResourceVersion("7")
            .build());
    resource.setSpec(Serialization.unmarshal(spec, DaytonaInstallationSpec.class));
    inputs = Optional.of(PlatformInputs.of(spec));
    components = Arrays.stream(ComponentName.values()).map(Situations::ready).toList();
  }

  static Situations well() {
    return new Situations("{}");
  }

  static Situations of(String spec) {
    return new Situations(spec);
  }

  static DaytonaInstallationStatus.RunnerStatus runner(String name) {
    return new DaytonaInstallationStatus.RunnerStatus(
        name, "ready", 80, 30, 20, 0, 0, false, "none", "v0.189.0");
  }

  static ComponentState ready(ComponentName name) {
    return new ComponentState(name, 1, 1, "image:1", Reason.Ready, "");
  }

  static ComponentState open(ComponentName name, Reason reason, String message) {
    return new ComponentState(name, 1, 0, "image:1", reason, message);
  }

  Situations with(ComponentState... changed) {
    var byName = Arrays.stream(changed).collect(Collectors.toMap(ComponentState::name, c -> c));
    components = components.stream().map(c -> byName.getOrDefault(c.name(), c)).toList();
    return this;
  }

  Situations components(List<ComponentState> all) {
    components = all;
    return this;
  }

  Situations problems(Problem... all) {
    problems = List.of(all);
    return this;
  }

  Situations steps(StepState... all) {
    steps = List.of(all);
    return this;
  }

  Situations upgrade(DaytonaInstallationStatus.Upgrade underWay) {
    upgrade = Optional.of(underWay);
    return this;
  }

  Situations noInputs() {
    inputs = Optional.empty();
    return this;
  }

  Situations noVersion() {
    version = Optional.empty();
    return this;
  }

  Situations unsettled() {
    settled = false;
    return this;
  }

  Situations contested(String... all) {
    contested = List.of(all);
    return this;
  }

  Situations platform(PlatformHealth health) {
    platform = health;
    return this;
  }

  Situations runners(RunnersState state) {
    runners = state;
    return this;
  }

  Situations retained(List<DaytonaInstallationStatus.Retained> all) {
    retained = all;
    return this;
  }

  Situations preflight(List<DaytonaInstallationStatus.Preflight> all) {
    preflight = all;
    return this;
  }

  Situations had(@Nullable DaytonaInstallationStatus before) {
    resource.setStatus(before);
    return this;
  }

  Situations generation(long generation) {
    resource.getMetadata().setGeneration(generation);
    return this;
  }

  Situation build() {
    return new Situation(
        resource,
        inputs,
        version,
        upgrade,
        problems,
        components,
        steps,
        settled,
        DataRetention.Policy.Retain,
        retained,
        preflight,
        contested,
        platform,
        runners);
  }
}
