package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
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

/** Which steps an installation needs now, in their order (contract 3.3, 6.5). */
final class DueSteps {

  private DueSteps() {}

  static List<StepRunner.Due> of(Draft draft, Inputs inputs, List<ComponentState> components) {
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
      due.add(new StepRunner.Due(Step.MIGRATE_PRE_DEPLOY, version.wanted(), database));
      due.add(
          new StepRunner.Due(
              Step.MIGRATE_POST_DEPLOY,
              version.wanted(),
              apiRunsWanted(draft, inputs, components)));
    }
    return due;
  }

  /** What is known of the steps while nothing runs: only what has been recorded. */
  static StepRunner.Progress resting(Draft draft, Inputs inputs, InstallationState state) {
    var steps =
        of(draft, inputs, List.of()).stream()
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

  /** Whether the database now has the schema of the wanted version. */
  static boolean versionReached(Draft draft, StepRunner.Progress steps) {
    if (draft.version().current().isEmpty()) {
      return steps.steps().stream().anyMatch(s -> s.step() == Step.MIGRATE_INIT && s.done());
    }
    return draft.version().upgrading()
        && steps.steps().stream().anyMatch(s -> s.step() == Step.MIGRATE_POST_DEPLOY && s.done());
  }

  /** The bucket and its user are made again when the user's credentials change. */
  private static String bucketOccasion(Inputs inputs) {
    return inputs.credentials().get(Credential.OBJECT_STORAGE_ACCESS_KEY).digest()
        + BucketJob.secretKey(inputs.credentials()).digest();
  }

  /** Contracting migrations break pods of the old version: all must be of the new one. */
  private static boolean apiRunsWanted(
      Draft draft, Inputs inputs, List<ComponentState> components) {
    return draft.version().running().equals(draft.version().wanted())
        && components.stream()
            .anyMatch(
                c ->
                    c.name() == ComponentName.API
                        && c.ready()
                        && c.available() > 0
                        && c.image().equals(Pass.apiImage(inputs)));
  }

  /** External services are not observed: the step itself tells whether they answer. */
  static boolean ready(List<ComponentState> components, ComponentName name) {
    return components.stream().filter(c -> c.name() == name).allMatch(ComponentState::ready);
  }
}
