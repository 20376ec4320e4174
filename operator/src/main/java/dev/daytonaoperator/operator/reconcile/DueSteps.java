package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.services.BucketJob;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which steps an installation needs now, in their order (contract 3.3, 6.5). */
final class DueSteps {

  private DueSteps() {}

  static List<StepRunner.Due> of(
      Draft draft, Inputs inputs, List<ComponentState> components, Predicate<ObjectKey> exists) {
    var due = new ArrayList<StepRunner.Due>();
    boolean database = ready(components, ComponentName.DATABASE);
    if (inputs.spec().objectStorage().type() == ObjectStorage.Type.Bundled) {
      due.add(
          new StepRunner.Due(
              Step.BUCKET,
              bucketOccasion(inputs),
              ready(components, ComponentName.OBJECT_STORAGE)));
    }
    DatabaseSteps.password(inputs, database).ifPresent(due::add);
    var version = draft.version();
    if (version.current().isEmpty()) {
      due.add(new StepRunner.Due(Step.MIGRATE_INIT, version.wanted(), database));
    } else if (version.upgrading()) {
      due.addAll(Upgrades.steps(version, inputs, components, exists));
    }
    return due;
  }

  /** What is known of the steps while nothing runs: only what has been recorded. */
  static StepRunner.Progress resting(
      Draft draft, Inputs inputs, InstallationState state, Predicate<ObjectKey> exists) {
    var steps =
        of(draft, inputs, List.of(), exists).stream()
            .map(
                due ->
                    new StepState(
                        due.step(),
                        state.stepDone(due.step().id(), due.occasion())
                            ? StepState.Stage.DONE
                            : StepState.Stage.PENDING,
                        0,
                        ""))
            .toList();
    return new StepRunner.Progress(steps, state, Optional.empty());
  }

  /** Whether the wanted version is there: its schema and, after an upgrade, what works with it. */
  static boolean versionReached(
      Draft draft, StepRunner.Progress steps, Inputs inputs, List<ComponentState> components) {
    if (draft.version().current().isEmpty()) {
      return steps.steps().stream().anyMatch(s -> s.step() == Step.MIGRATE_INIT && s.done());
    }
    return Upgrades.arrived(draft.version(), steps, inputs, components);
  }

  /** The bucket and its user are made again when the user's credentials change. */
  private static String bucketOccasion(Inputs inputs) {
    return inputs.credentials().get(Credential.OBJECT_STORAGE_ACCESS_KEY).digest()
        + BucketJob.secretKey(inputs.credentials()).digest();
  }

  /** External services are not observed: the step itself tells whether they answer. */
  static boolean ready(List<ComponentState> components, ComponentName name) {
    return components.stream().filter(c -> c.name() == name).allMatch(ComponentState::ready);
  }
}
