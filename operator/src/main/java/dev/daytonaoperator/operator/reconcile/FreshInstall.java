package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.Stamp;
import dev.daytonaoperator.operator.credentials.FirstCredentials;
import dev.daytonaoperator.operator.credentials.ReferencedSecrets;
import dev.daytonaoperator.operator.fleet.Daytona;
import dev.daytonaoperator.operator.fleet.RunnerPlan;
import dev.daytonaoperator.operator.state.ImmutableFacts;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.StateStore;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.Defaults;
import dev.daytonaoperator.services.Inputs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What an installation begins with, in the order in which it comes, where there is no cluster: the
 * same code as a pass, with nothing recorded yet.
 *
 * <p>Owner references are missing, because the resource that would be the owner does not exist:
 * applied by hand with a made-up one the objects would be collected as garbage.
 */
public sealed interface FreshInstall {

  /**
   * @param objects credentials, state, then wave by wave
   */
  record Objects(List<HasMetadata> objects) implements FreshInstall {
    public Objects {
      objects = List.copyOf(objects);
    }
  }

  /**
   * @param problems each with the field's path
   */
  record Refused(List<String> problems) implements FreshInstall {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  static FreshInstall of(
      DaytonaInstallation resource,
      ClusterFacts cluster,
      ReferencedSecrets references,
      Clock clock,
      SecureRandom random) {
    var spec = Defaults.resolve(resource.getSpec());
    var owner = Draft.owner(resource, spec);
    return switch (VersionPlan.of(
        resource.getSpec().version(), InstallationState.EMPTY, clock.instant())) {
      case VersionPlan.Result.Refused refused -> new Refused(List.of(refused.problem().message()));
      case VersionPlan.Result.Planned planned -> {
        var runners =
            RunnerPlan.of(
                spec.runners(),
                InstallationState.EMPTY,
                new Daytona.Absent(),
                RunnerPlan.Present.NOTHING,
                clock.instant());
        var draft = Draft.of(owner, spec, planned.plan(), cluster, runners.runners());
        yield switch (FirstCredentials.of(draft.needs(), references, clock, random)) {
          case FirstCredentials.Refused refused ->
              new Refused(
                  refused.problems().stream().map(p -> p.path() + ": " + p.message()).toList());
          case FirstCredentials.Made made -> new Objects(objects(draft, made));
        };
      }
    };
  }

  private static List<HasMetadata> objects(Draft draft, FirstCredentials.Made made) {
    var owner = draft.owner();
    var state =
        ImmutableFacts.record(
            made.state(), draft.spec(), draft.endpoints(), draft.cluster().clusterDomain());
    var inputs = draft.inputs(made.planned().credentials(), state);
    var objects = new ArrayList<HasMetadata>(made.planned().secrets());
    objects.add(StateStore.configMap(owner, state));
    Waves.sorted(Draft.render(inputs), steps(draft, inputs)).stream()
        .map(object -> Stamp.labelled(owner, object))
        .forEach(objects::add);
    objects.forEach(object -> object.getMetadata().setOwnerReferences(null));
    return objects;
  }

  private static List<Job> steps(Draft draft, Inputs inputs) {
    if (!inputs.running()) {
      return List.of(); // they come when it runs
    }
    return DueSteps.of(draft, inputs, List.of(), key -> false).stream()
        .map(due -> firstJob(draft, inputs, due))
        .toList();
  }

  private static Job firstJob(Draft draft, Inputs inputs, StepRunner.Due due) {
    var name = StepAttempts.none(draft.owner(), due).jobName(1);
    return StepRunner.job(draft.owner(), inputs, due, name);
  }
}
