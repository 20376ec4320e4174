package dev.daytonaoperator.operator.fleet;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.RunnerStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.UpdatePolicy;
import dev.daytonaoperator.operator.platform.Cliff;
import dev.daytonaoperator.operator.platform.RunnerView;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.operator.status.RunnersState;
import dev.daytonaoperator.operator.status.RunnersState.Warning;
import dev.daytonaoperator.services.RunnerIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts into words what is known of the runners: which do not serve and why, and what is near. */
public final class FleetReport {

  /** How many of many are named in one sentence. */
  private static final int NAMED = 5;

  private final RunnerPlan plan;
  private final RunnerUpdates updates;
  private final Map<String, RunnerWorkload> workloads;
  private final Daytona daytona;
  private final Set<String> lost;
  private final int availability;
  private final int initial;
  private final ScoreTerms terms;
  private final List<String> notes = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private Reason concern = Reason.Ready;

  private FleetReport(
      RunnerPlan plan,
      RunnerUpdates updates,
      Map<String, RunnerWorkload> workloads,
      Daytona daytona,
      Set<String> lost,
      DaytonaInstallationSpec spec) {
    this.lost = lost;
    this.plan = plan;
    this.updates = updates;
    this.workloads = workloads;
    this.daytona = daytona;
    var scheduling = spec.sandboxes().scheduling();
    this.availability = scheduling.availabilityScoreThreshold();
    this.initial = availability + scheduling.initialRunnerScoreAddon();
    this.terms = new ScoreTerms(availability, initial, Cliff.of(spec));
  }

  /**
   * Reports.
   *
   * @param workloads by runner's name
   * @param lost names of runners whose volume is not the one that their sandboxes were on
   * @param spec after defaults
   */
  public static RunnersState of(
      RunnerPlan plan,
      RunnerUpdates updates,
      Map<String, RunnerWorkload> workloads,
      Daytona daytona,
      Set<String> lost,
      DaytonaInstallationSpec spec) {
    return new FleetReport(plan, updates, workloads, daytona, lost, spec).report();
  }

  private RunnersState report() {
    var rows = plan.runners().stream().map(this::row).toList();
    var problem = nodes().or(this::rowsOfServing).or(this::scores);
    progress();
    return new RunnersState(
        daytona instanceof Daytona.Answering,
        rows,
        problem,
        concern,
        String.join("; ", notes),
        warnings);
  }

  private List<RunnerIdentity> serving() {
    return plan.runners().stream().filter(r -> !plan.leaving(r)).toList();
  }

  private RunnerStatus row(RunnerIdentity runner) {
    var pool = plan.pool(runner.pool());
    var view = daytona.find(runner.name());
    var asked = daytona instanceof Daytona.Answering;
    return new RunnerStatus(
        runner.name(),
        view.map(v -> v.row().state()).orElse(asked ? "unregistered" : null),
        view.map(v -> v.shown().score()).orElse(null),
        view.map(v -> v.shown().diskPercent()).orElse(null),
        view.map(v -> v.shown().memoryPercent()).orElse(null),
        view.map(v -> v.shown().startedSandboxes()).orElse(null),
        view.map(v -> v.row().gpus()).orElse(pool.gpu() == null ? 0 : pool.gpu().count()),
        pool.resourceLimits() == RunnerPool.Limits.Enforced,
        pool.runtimeClassName() == null ? "none" : pool.runtimeClassName(),
        view.map(v -> v.row().appVersion()).filter(v -> !v.isEmpty()).orElse(null));
  }

  private Optional<Problem> nodes() {
    var lost =
        plan.runners().stream()
            .filter(r -> workloads.getOrDefault(r.name(), RunnerWorkload.ABSENT).nodeLost())
            .map(RunnerIdentity::name)
            .toList();
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    var message =
        named(lost)
            + ": the node does not answer; when it is really off, delete the Node or taint it"
            + " node.kubernetes.io/out-of-service:NoExecute, and the runner starts elsewhere";
    lost.forEach(name -> warnings.add(new Warning(name, Reason.NodeLost, message)));
    return Optional.of(Problem.waiting(Reason.NodeLost, message));
  }

  /** The first runner that does not serve, and how many more do not. */
  private Optional<Problem> rowsOfServing() {
    if (!(daytona instanceof Daytona.Answering)) {
      return Optional.empty();
    }
    var faults = new ArrayList<String>();
    for (var runner : serving()) {
      fault(runner)
          .ifPresent(
              fault -> {
                faults.add(runner.name() + " " + fault);
                warnings.add(
                    new Warning(runner.name(), Reason.RunnerNotReady, runner.name() + " " + fault));
              });
    }
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Problem.waiting(
                Reason.RunnerNotReady,
                faults.getFirst()
                    + (faults.size() > 1 ? "; and " + (faults.size() - 1) + " more" : "")));
  }

  private Optional<String> fault(RunnerIdentity runner) {
    var view = daytona.find(runner.name());
    if (view.isEmpty()) {
      return Optional.of("is not registered in Daytona yet");
    }
    var it = view.get();
    if (!it.tokenFits()) {
      return Optional.of(
          "has another token in Daytona than in its Secret; a Job sets it right when its pod runs");
    }
    return switch (it.row().state()) {
      case "ready" -> Optional.empty();
      case "decommissioned" ->
          Optional.of(
              "is decommissioned in Daytona for good; its row is made anew when no sandbox is on it"
                  + remark(it));
      case "unresponsive" ->
          Optional.of(
              "does not report to Daytona"
                  + (outOfMemory(runner)
                      ? "; its memory ran out: raise runners[].pod.resources"
                      : "; see the log of its pod"));
      default -> Optional.of("is " + it.row().state() + remark(it));
    };
  }

  private boolean outOfMemory(RunnerIdentity runner) {
    return workloads.getOrDefault(runner.name(), RunnerWorkload.ABSENT).outOfMemory();
  }

  private static String remark(RunnerView view) {
    return view.remark().isEmpty() ? "" : " (" + view.remark() + ")";
  }

  /** Sandboxes are refused only when no runner is good enough; all else is a concern. */
  private Optional<Problem> scores() {
    var views =
        serving().stream()
            .map(r -> daytona.find(r.name()))
            .flatMap(Optional::stream)
            .filter(view -> view.row().ready())
            .toList();
    for (var view : views) {
      concern(view);
    }
    var best = views.stream().max(java.util.Comparator.comparingInt(v -> v.shown().score()));
    return best.filter(v -> v.shown().score() < availability)
        .map(
            v ->
                Problem.waiting(
                    Reason.ScoreTooLow,
                    "no runner takes new sandboxes: "
                        + v.row().name()
                        + ", the best, has the availability score "
                        + v.shown().score()
                        + " < "
                        + availability
                        + terms.worst(v)));
  }

  private void concern(RunnerView view) {
    var name = view.row().name();
    if (view.shown().score() < initial) {
      concern = Reason.ScoreLow;
      var message =
          name
              + " takes no new "
              + (view.shown().score() < availability ? "sandboxes" : "snapshots")
              + ": availability score "
              + view.shown().score()
              + " < "
              + (view.shown().score() < availability ? availability : initial)
              + terms.worst(view);
      notes.add(message);
      warnings.add(new Warning(name, Reason.ScoreLow, message));
    }
    for (var resource : view.filling()) {
      concern = Reason.ScoreLow;
      var message = name + terms.filling(view, resource);
      if (view.shown().score() >= initial) {
        notes.add(message);
      }
      warnings.add(
          new Warning(
              name,
              resource == RunnerView.Resource.DISK ? Reason.DiskFilling : Reason.MemoryFilling,
              message));
    }
  }

  private void progress() {
    for (var runner : plan.runners()) {
      updates.state().phase(runner.name()).map(phase -> doing(runner, phase)).ifPresent(notes::add);
    }
    for (var name : lost) {
      ghosts(name).ifPresent(notes::add);
    }
    var onDelete =
        updates.pending().stream()
            .filter(
                name ->
                    RunnerPlan.identity(name)
                        .map(r -> plan.pool(r.pool()).updatePolicy().type())
                        .filter(UpdatePolicy.Type.OnDelete::equals)
                        .isPresent())
            .sorted()
            .toList();
    if (!onDelete.isEmpty()) {
      notes.add(named(onDelete) + ": a change waits until the pod is deleted (updatePolicy)");
    }
    var waiting =
        updates.pending().stream().filter(name -> !onDelete.contains(name)).sorted().toList();
    if (!waiting.isEmpty()) {
      notes.add(named(waiting) + ": a change waits for its turn");
    }
    for (var pool : plan.undecided().stream().sorted().toList()) {
      notes.add("pool " + pool + " shrinks once Daytona has told which runners are emptiest");
    }
  }

  private String doing(RunnerIdentity runner, RunnerPhase phase) {
    var view = daytona.find(runner.name());
    return switch (phase.kind()) {
      case UPDATING -> {
        var pool = plan.pool(runner.pool());
        var until =
            phase.since().plus(Duration.ofSeconds(pool.updatePolicy().drainTimeoutSeconds()));
        yield runner.name()
            + " is being updated"
            + view.filter(v -> v.row().startedSandboxes() > 0)
                .filter(v -> pool.updatePolicy().type() == UpdatePolicy.Type.Drain)
                .map(v -> ": sandboxes run on it; at the latest at " + until)
                .orElse("");
      }
      case RETURNING -> runner.name() + " returns";
      case RETIRING ->
          runner.name()
              + " leaves"
              + view.filter(v -> v.sandboxes().orElse(0) > 0)
                  .map(
                      v ->
                          " when its "
                              + v.sandboxes().getAsInt()
                              + " sandboxes are moved away, archived or deleted")
                  .orElse("")
              + view.map(FleetReport::remark).orElse("");
      case GONE -> runner.name() + " is being removed";
    };
  }

  /** Daytona goes on believing in what was on a volume that is gone (contract 5.8). */
  private Optional<String> ghosts(String runner) {
    return daytona
        .find(runner)
        .map(view -> view.sandboxes().orElse(0))
        .filter(sandboxes -> sandboxes > 0)
        .map(
            sandboxes -> {
              var message =
                  runner
                      + " has lost its volume, and with it the "
                      + sandboxes
                      + " sandboxes that Daytona believes to be on it: delete them, or start those"
                      + " that have a backup";
              warnings.add(new Warning(runner, Reason.DataLost, message));
              return message;
            });
  }

  private static String named(List<String> names) {
    return names.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
  }
}
