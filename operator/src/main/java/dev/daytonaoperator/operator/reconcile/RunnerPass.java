package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec.Mode;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.fleet.Daytona;
import dev.daytonaoperator.operator.fleet.FleetReport;
import dev.daytonaoperator.operator.fleet.RunnerPlan;
import dev.daytonaoperator.operator.fleet.RunnerUpdates;
import dev.daytonaoperator.operator.fleet.RunnerWorkload;
import dev.daytonaoperator.operator.fleet.SandboxNetworks;
import dev.daytonaoperator.operator.platform.PlatformView;
import dev.daytonaoperator.operator.platform.RunnerWish;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.operator.status.RunnersState;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.services.SeededRunner;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a pass that is about runners: which there are, which are replaced, and what is left
 * to do for those that Daytona has forgotten.
 */
final class RunnerPass {

  private final Parts parts;
  private final DaytonaInstallationSpec spec;
  private final RunnerWorkloads observed;
  private final Map<String, RunnerWorkload> workloads;
  private final Daytona daytona;
  private final RunnerPlan plan;
  private final RunnerUpdates updates;
  private final Map<String, PersistentVolumeClaim> volumes = new HashMap<>();
  private final Set<String> lost;

  RunnerPass(
      Parts parts,
      Owner owner,
      DaytonaInstallationSpec spec,
      InstallationState state,
      PlatformView view) {
    this.parts = parts;
    this.spec = spec;
    this.observed = new RunnerWorkloads(parts.cache(), owner);
    this.workloads = observed.all();
    this.daytona = daytona(state, view);
    var now = parts.clock().instant();
    this.plan = RunnerPlan.of(spec.runners(), state, daytona, observed.present(workloads), now);
    this.updates =
        spec.mode() == Mode.Running
            ? RunnerUpdates.of(plan, workloads, daytona, now)
            : new RunnerUpdates(plan.state(), List.of(), Set.of());
    for (var runner : plan.runners()) {
      // One look for the whole pass: what it makes itself must not pass for what was there.
      observed.volume(runner.name()).ifPresent(claim -> volumes.put(runner.name(), claim));
    }
    this.lost = lost();
  }

  /** Before Daytona has run once there can be no sandbox, and afterwards only it knows. */
  private static Daytona daytona(InstallationState state, PlatformView view) {
    if (!view.asking() || !state.seeded()) {
      return new Daytona.Absent();
    }
    return view.fleet().<Daytona>map(Daytona.Answering::new).orElseGet(Daytona.Silent::new);
  }

  RunnerPlan plan() {
    return plan;
  }

  /** The state with what was decided; to be saved before anything is done. */
  InstallationState state() {
    return updates.state();
  }

  RunnersState report() {
    return FleetReport.of(plan, updates, workloads, daytona, lost, spec);
  }

  /** What Daytona shall be told of its runners. */
  List<RunnerWish> wishes(Inputs inputs) {
    var seeded = SeededRunner.of(inputs);
    return plan.runners().stream()
        .map(
            runner ->
                new RunnerWish(
                    runner.name(),
                    inputs.credentials().rowToken(runner),
                    inputs.credentials().runnerToken(runner),
                    goal(runner),
                    seeded.filter(runner::equals).isPresent(),
                    plan.leaving(runner)
                        || plan.undecided().contains(runner.pool())
                        || lost.contains(runner.name())))
        .toList();
  }

  /** Why runners cannot reach the platform, or be reached, though all is running. */
  Optional<Problem> hidden() {
    var pools =
        plan.pools().stream()
            .filter(pool -> plan.runners().stream().anyMatch(r -> r.pool().equals(pool.name())))
            .toList();
    return SandboxNetworks.hidden(pools, observed.peers());
  }

  /** What the database must be changed for, since no call does it. */
  DatabaseSteps.Told told(boolean adminKeyRefused) {
    var foreign = new TreeSet<String>();
    var busy = new HashMap<String, Instant>();
    for (var runner : plan.runners()) {
      var view = daytona.find(runner.name());
      view.filter(it -> !it.tokenFits()).ifPresent(it -> foreign.add(runner.name()));
      view.filter(it -> plan.leaving(runner) && it.row().unschedulable())
          .filter(it -> it.sandboxes().orElse(0) > 0)
          .flatMap(it -> state().phase(runner.name()))
          .ifPresent(phase -> busy.put(runner.name(), phase.since()));
    }
    return new DatabaseSteps.Told(adminKeyRefused, foreign, busy);
  }

  private RunnerWish.Goal goal(RunnerIdentity runner) {
    return RunnerPlan.goal(state(), runner);
  }

  /** Deletes the pods that are due to be replaced; the StatefulSets make new ones. */
  int replace() {
    return (int) updates.replaced().stream().filter(parts.runnerObjects()::delete).count();
  }

  /**
   * Goes on with runners that Daytona has forgotten: their workload goes by not being wanted, then
   * the volume by policy, and then their name is free.
   */
  InstallationState withoutGone(InstallationState state) {
    var result = state;
    for (var name : plan.gone()) {
      if (workloads.containsKey(name)) {
        continue;
      }
      var volume =
          spec.dataRetention().whenScaled() == DataRetention.Policy.Delete
              ? observed.volume(name)
              : Optional.<PersistentVolumeClaim>empty();
      if (volume.isEmpty()) {
        result = result.withoutRunner(name);
      } else if (volume.get().getMetadata().getDeletionTimestamp() == null) {
        var unused = parts.runnerObjects().delete(volume.get());
      }
    }
    return result;
  }

  /** Runners whose volume is another one than their sandboxes were made on. */
  private Set<String> lost() {
    var names = new TreeSet<String>();
    for (var runner : plan.runners()) {
      var recorded = plan.state().runnerClaimUid(runner.name());
      var live = Optional.ofNullable(volumes.get(runner.name())).map(c -> c.getMetadata().getUid());
      if (recorded.isPresent() && live.isPresent() && !recorded.equals(live)) {
        names.add(runner.name());
      }
    }
    return names;
  }

  /** Notes whose volume is whose; a lost one is told of until no sandbox is missed any more. */
  InstallationState withVolumes(InstallationState state) {
    if (!state.seeded()) {
      return state; // before Daytona has run nothing can be on them
    }
    var result = state;
    for (var runner : plan.runners()) {
      var name = runner.name();
      var live =
          Optional.ofNullable(volumes.get(name))
              .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
              .map(claim -> claim.getMetadata().getUid());
      if (live.isPresent() && (!lost.contains(name) || missed(name) == 0)) {
        result = result.withRunnerClaimUid(name, live.get());
      }
    }
    return result;
  }

  private int missed(String runner) {
    return switch (daytona) {
      case Daytona.Absent absent -> 0;
      case Daytona.Silent silent -> 1; // not known: told of until it is
      case Daytona.Answering(var fleet) ->
          fleet.find(runner).map(view -> view.sandboxes().orElse(1)).orElse(0);
    };
  }
}
