package dev.daytonaoperator.operator.fleet;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.UpdatePolicy;
import dev.daytonaoperator.operator.platform.RunnerView;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.services.RunnerIdentity;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Replaces runners' pods that were made from an older template, one at a time in a pool. A restart
 * kills every sandbox that runs (contract 2.3), and the dead poll of the old process still takes a
 * job that then hangs for minutes (contract 11): so the runner first gets no new sandboxes for
 * longer than a poll lasts, and gets them again when it has reported anew.
 *
 * @param state with what was decided here
 * @param replaced pods to delete now
 * @param pending names of runners whose pod is outdated and is not being replaced now
 */
public record RunnerUpdates(InstallationState state, List<Pod> replaced, Set<String> pending) {

  /** A runner's poll for jobs lasts 30 s. */
  static final Duration POLL = Duration.ofSeconds(35);

  public RunnerUpdates {
    replaced = List.copyOf(replaced);
    pending = Set.copyOf(pending);
  }

  /**
   * Decides.
   *
   * @param workloads by runner's name
   */
  public static RunnerUpdates of(
      RunnerPlan plan, Map<String, RunnerWorkload> workloads, Daytona daytona, Instant now) {
    return new Round(plan, workloads, daytona, now).decide();
  }

  private static final class Round {

    private final RunnerPlan plan;
    private final Map<String, RunnerWorkload> workloads;
    private final Daytona daytona;
    private final Instant now;
    private final List<Pod> replaced = new ArrayList<>();
    private final Set<String> pending = new TreeSet<>();
    private InstallationState state;

    Round(RunnerPlan plan, Map<String, RunnerWorkload> workloads, Daytona daytona, Instant now) {
      this.plan = plan;
      this.workloads = workloads;
      this.daytona = daytona;
      this.now = now;
      this.state = plan.state();
    }

    RunnerUpdates decide() {
      for (var pool : plan.pools()) {
        var serving =
            plan.runners().stream()
                .filter(r -> r.pool().equals(pool.name()) && !plan.leaving(r))
                .toList();
        serving.forEach(runner -> goOn(pool, runner));
        next(pool, serving);
      }
      return new RunnerUpdates(state, replaced, pending);
    }

    private RunnerWorkload workload(RunnerIdentity runner) {
      return workloads.getOrDefault(runner.name(), RunnerWorkload.ABSENT);
    }

    private Optional<RunnerPhase> phase(RunnerIdentity runner) {
      return state.phase(runner.name());
    }

    private boolean in(RunnerIdentity runner, RunnerPhase.Kind kind) {
      return phase(runner).filter(p -> p.kind() == kind).isPresent();
    }

    /** Takes the update or the return of one runner a step further. */
    private void goOn(RunnerPool pool, RunnerIdentity runner) {
      var workload = workload(runner);
      if (in(runner, RunnerPhase.Kind.RETURNING) && back(runner)) {
        state = state.withoutPhase(runner.name());
      } else if (in(runner, RunnerPhase.Kind.UPDATING)) {
        if (!workload.outdated() && workload.ready() && reported(runner)) {
          mark(runner, RunnerPhase.Kind.RETURNING);
        } else if (workload.outdated() && type(pool) == UpdatePolicy.Type.OnDelete) {
          mark(runner, RunnerPhase.Kind.RETURNING); // somebody changed the policy meanwhile
        } else if (workload.outdated() && mayReplace(pool, runner)) {
          replace(workload);
        }
      } else if (workload.outdated() && !workload.mayHoldSandboxes()) {
        replace(workload); // a pod that never ran, such as of an image that cannot be pulled
      }
    }

    /** Begins with one more, if none of the pool is away. */
    private void next(RunnerPool pool, List<RunnerIdentity> serving) {
      var outdated =
          serving.stream()
              .filter(r -> workload(r).outdated() && !workload(r).ending())
              .filter(r -> !replaced.contains(workload(r).pod().orElseThrow()))
              .filter(r -> !in(r, RunnerPhase.Kind.UPDATING))
              .toList();
      outdated.forEach(r -> pending.add(r.name()));
      boolean busy = serving.stream().anyMatch(r -> phase(r).isPresent());
      if (type(pool) == UpdatePolicy.Type.OnDelete || busy || daytona instanceof Daytona.Silent) {
        return;
      }
      // One that does not work is served first; while another does not, nothing else is taken away.
      var first = outdated.stream().min(Comparator.comparing(this::working));
      var down = serving.stream().filter(r -> !working(r)).toList();
      if (first.isPresent() && first.stream().toList().containsAll(down)) {
        mark(first.get(), RunnerPhase.Kind.UPDATING);
        pending.remove(first.get().name());
      }
    }

    private boolean working(RunnerIdentity runner) {
      return workload(runner).ready()
          && (daytona instanceof Daytona.Absent
              || daytona.find(runner.name()).map(v -> v.row().ready()).orElse(false));
    }

    private boolean mayReplace(RunnerPool pool, RunnerIdentity runner) {
      if (workload(runner).ending()) {
        return false;
      }
      return switch (daytona) {
        case Daytona.Absent absent -> true;
        case Daytona.Silent silent -> false;
        case Daytona.Answering(var fleet) ->
            fleet
                .find(runner.name())
                .map(view -> held(view, fleet.asOf()) && drained(pool, runner, view))
                .orElse(true);
      };
    }

    private static boolean held(RunnerView view, Instant asOf) {
      return view.heldSince().filter(since -> !since.plus(POLL).isAfter(asOf)).isPresent();
    }

    private boolean drained(RunnerPool pool, RunnerIdentity runner, RunnerView view) {
      var timeout = Duration.ofSeconds(pool.updatePolicy().drainTimeoutSeconds());
      return type(pool) == UpdatePolicy.Type.Immediate
          || view.row().startedSandboxes() == 0
          || !phase(runner).orElseThrow().since().plus(timeout).isAfter(now);
    }

    /** Whether the new process has told Daytona of itself. */
    private boolean reported(RunnerIdentity runner) {
      if (daytona instanceof Daytona.Absent) {
        return true;
      }
      var since = workload(runner).readySince();
      return daytona
          .find(runner.name())
          .filter(view -> view.row().ready())
          .flatMap(view -> view.row().lastChecked())
          .filter(heard -> since.isPresent() && heard.isAfter(since.get()))
          .isPresent();
    }

    private boolean back(RunnerIdentity runner) {
      return daytona instanceof Daytona.Absent
          || daytona.find(runner.name()).filter(view -> !view.row().unschedulable()).isPresent();
    }

    private void replace(RunnerWorkload workload) {
      if (!workload.ending()) {
        replaced.add(workload.pod().orElseThrow());
      }
    }

    private void mark(RunnerIdentity runner, RunnerPhase.Kind kind) {
      state = state.withPhase(runner.name(), new RunnerPhase(kind, now));
    }

    private static UpdatePolicy.Type type(RunnerPool pool) {
      return pool.updatePolicy().type();
    }
  }
}
