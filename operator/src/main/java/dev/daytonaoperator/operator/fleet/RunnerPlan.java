package dev.daytonaoperator.operator.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.operator.platform.RunnerView;
import dev.daytonaoperator.operator.platform.RunnerWish;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.services.RunnerIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which runners there are: those of the pools, and those that leave and are not empty yet. A runner
 * is a row with one token and one disk, so its number is not given to another while either exists.
 *
 * @param pools those of the spec, then those that are gone from it but still have runners
 * @param runners those that serve, by pool and number, then those that leave
 * @param gone names of runners that Daytona has forgotten and whose objects go
 * @param undecided pools with too many runners whose sandboxes must be counted first
 * @param state with what was decided here
 */
public record RunnerPlan(
    List<RunnerPool> pools,
    List<RunnerIdentity> runners,
    List<String> gone,
    Set<String> undecided,
    InstallationState state) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setSerializationInclusion(JsonInclude.Include.NON_NULL)
          .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  /** Phases of a runner that counts towards its pool's replicas. */
  private static final Set<RunnerPhase.Kind> SERVING =
      Set.of(RunnerPhase.Kind.UPDATING, RunnerPhase.Kind.RETURNING);

  public RunnerPlan {
    pools = List.copyOf(pools);
    runners = List.copyOf(runners);
    gone = List.copyOf(gone);
    undecided = Set.copyOf(undecided);
  }

  /**
   * What the cluster holds, whoever remembers it.
   *
   * @param workloads names of runners with a StatefulSet: they count as ours even when the recorded
   *     state was lost
   * @param volumes names of runners with a volume: their numbers are taken
   */
  public record Present(Set<String> workloads, Set<String> volumes) {
    public static final Present NOTHING = new Present(Set.of(), Set.of());
  }

  /**
   * Plans.
   *
   * @param wanted the pools of the spec, after defaults
   */
  public static RunnerPlan of(
      List<RunnerPool> wanted,
      InstallationState state,
      Daytona daytona,
      Present present,
      Instant now) {
    return new Planner(wanted, state, daytona, present, now).plan();
  }

  /** A runner's identity by its name; empty for what is no name of a runner. */
  public static Optional<RunnerIdentity> identity(String name) {
    int dash = name.lastIndexOf('-');
    if (dash <= 0 || !name.substring(dash + 1).matches("[0-9]{1,4}")) {
      return Optional.empty();
    }
    return Optional.of(
        new RunnerIdentity(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1))));
  }

  public boolean leaving(RunnerIdentity runner) {
    return kind(state, runner).filter(RunnerPhase.Kind.RETIRING::equals).isPresent();
  }

  public RunnerPool pool(String name) {
    return pools.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  /** What Daytona shall be told about a runner. */
  public static RunnerWish.Goal goal(InstallationState state, RunnerIdentity runner) {
    return kind(state, runner)
        .map(
            kind ->
                switch (kind) {
                  case UPDATING -> RunnerWish.Goal.HOLD;
                  case RETURNING -> RunnerWish.Goal.RETURN;
                  case RETIRING, GONE -> RunnerWish.Goal.LEAVE;
                })
        .orElse(RunnerWish.Goal.SERVE);
  }

  private static Optional<RunnerPhase.Kind> kind(InstallationState state, RunnerIdentity runner) {
    return state.phase(runner.name()).map(RunnerPhase::kind);
  }

  private static final class Planner {

    private final List<RunnerPool> wanted;
    private final Daytona daytona;
    private final Present present;
    private final Instant now;
    private final Set<String> undecided = new TreeSet<>();
    private final Set<String> names;
    private InstallationState state;

    Planner(
        List<RunnerPool> wanted,
        InstallationState state,
        Daytona daytona,
        Present present,
        Instant now) {
      this.wanted = wanted;
      this.names = new TreeSet<>(state.runners());
      names.addAll(present.workloads());
      this.state = state.withRunners(names);
      this.daytona = daytona;
      this.present = present;
      this.now = now;
    }

    RunnerPlan plan() {
      known().stream().filter(this::forgotten).forEach(r -> mark(r, RunnerPhase.Kind.GONE));
      for (var pool : wanted) {
        state = state.withPool(pool.name(), json(pool));
        fill(pool);
      }
      var pools = new ArrayList<>(wanted);
      for (var name : state.pools()) {
        if (wanted.stream().noneMatch(pool -> pool.name().equals(name))) {
          dissolve(name).ifPresent(pools::add);
        }
      }
      return new RunnerPlan(pools, ordered(pools), gone(), undecided, state);
    }

    private List<RunnerIdentity> known() {
      return names.stream().map(RunnerPlan::identity).flatMap(Optional::stream).toList();
    }

    private List<RunnerIdentity> of(String pool) {
      return known().stream()
          .filter(r -> r.pool().equals(pool))
          .sorted(Comparator.comparingInt(RunnerIdentity::ordinal))
          .toList();
    }

    private boolean serving(RunnerIdentity runner) {
      return kind(state, runner).map(SERVING::contains).orElse(true);
    }

    private boolean retiring(RunnerIdentity runner) {
      return kind(state, runner).filter(RunnerPhase.Kind.RETIRING::equals).isPresent();
    }

    /** Daytona's own word, given after the runner was told to leave, that it has no such row. */
    private boolean forgotten(RunnerIdentity runner) {
      return retiring(runner)
          && switch (daytona) {
            case Daytona.Absent absent -> true;
            case Daytona.Silent silent -> false;
            case Daytona.Answering(var fleet) ->
                fleet.asOf().isAfter(state.phase(runner.name()).orElseThrow().since())
                    && fleet.find(runner.name()).isEmpty();
          };
    }

    private void fill(RunnerPool pool) {
      var serving = of(pool.name()).stream().filter(this::serving).toList();
      int missing = pool.replicas() - serving.size();
      if (missing > 0) {
        grow(pool, missing);
      } else if (missing < 0) {
        shrink(pool, serving, -missing);
      }
    }

    /** Those that were to leave last stay first; then new ones get the lowest free numbers. */
    private void grow(RunnerPool pool, int missing) {
      var staying =
          of(pool.name()).stream()
              .filter(this::retiring)
              .sorted(
                  Comparator.comparing(
                          (RunnerIdentity r) -> state.phase(r.name()).orElseThrow().since())
                      .reversed()
                      .thenComparingInt(RunnerIdentity::ordinal))
              .limit(missing)
              .toList();
      staying.forEach(r -> mark(r, RunnerPhase.Kind.RETURNING));
      int left = missing - staying.size();
      for (int ordinal = 0; left > 0; ordinal++) {
        var name = new RunnerIdentity(pool.name(), ordinal).name();
        if (!taken(name)) {
          names.add(name); // recorded together with its token
          left--;
        }
      }
    }

    private boolean taken(String name) {
      // Before anything is recorded, what is found was kept from before: it is adopted.
      boolean kept = present.volumes().contains(name) && state.seeded();
      return names.contains(name) || kept || daytona.find(name).isPresent();
    }

    private void shrink(RunnerPool pool, List<RunnerIdentity> serving, int surplus) {
      switch (daytona) {
        case Daytona.Silent silent -> undecided.add(pool.name());
        case Daytona.Absent absent ->
            serving.stream()
                .sorted(Comparator.comparingInt(RunnerIdentity::ordinal).reversed())
                .limit(surplus)
                .forEach(r -> mark(r, RunnerPhase.Kind.RETIRING));
        case Daytona.Answering answering -> {
          if (serving.stream().anyMatch(r -> load(r).isEmpty())) {
            undecided.add(pool.name());
            return;
          }
          serving.stream()
              .sorted(
                  Comparator.comparingInt((RunnerIdentity r) -> load(r).orElseThrow())
                      .thenComparing(Comparator.comparingInt(RunnerIdentity::ordinal).reversed()))
              .limit(surplus)
              .forEach(r -> mark(r, RunnerPhase.Kind.RETIRING));
        }
      }
    }

    /** Sandboxes on a runner; empty while they have not been counted. */
    private Optional<Integer> load(RunnerIdentity runner) {
      var row = daytona.find(runner.name());
      return row.isEmpty()
          ? Optional.of(0)
          : row.map(RunnerView::sandboxes)
              .filter(OptionalInt::isPresent)
              .map(OptionalInt::getAsInt);
    }

    /** All runners of a pool that is gone from the spec leave, with the settings that it had. */
    private Optional<RunnerPool> dissolve(String name) {
      of(name).stream().filter(this::serving).forEach(r -> mark(r, RunnerPhase.Kind.RETIRING));
      var settings = state.pool(name).flatMap(RunnerPlan::emptyPool);
      if (of(name).isEmpty() || settings.isEmpty()) {
        state = state.withoutPool(name);
        return Optional.empty();
      }
      return settings;
    }

    private List<RunnerIdentity> ordered(List<RunnerPool> pools) {
      var ordered = new ArrayList<RunnerIdentity>();
      for (var pool : pools) {
        of(pool.name()).stream().filter(this::serving).forEach(ordered::add);
      }
      for (var pool : pools) {
        of(pool.name()).stream().filter(this::retiring).forEach(ordered::add);
      }
      return ordered;
    }

    private List<String> gone() {
      return names.stream()
          .filter(
              name ->
                  state
                      .phase(name)
                      .filter(phase -> phase.kind() == RunnerPhase.Kind.GONE)
                      .isPresent())
          .toList();
    }

    private void mark(RunnerIdentity runner, RunnerPhase.Kind kind) {
      state = state.withPhase(runner.name(), new RunnerPhase(kind, now));
    }
  }

  private static String json(RunnerPool pool) {
    try {
      return JSON.writeValueAsString(pool);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a pool that came as JSON is none", e);
    }
  }

  /** With no replicas: all that is left of such a pool are runners that leave. */
  private static Optional<RunnerPool> emptyPool(String json) {
    try {
      var it = JSON.readValue(json, RunnerPool.class);
      return Optional.of(it.withReplicas(0));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // somebody edited the record: without settings it cannot be kept
    }
  }
}
