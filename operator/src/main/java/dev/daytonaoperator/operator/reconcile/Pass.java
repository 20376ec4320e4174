package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec.Mode;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ApplyEngine;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialOutcome;
import dev.daytonaoperator.operator.platform.PlatformView;
import dev.daytonaoperator.operator.platform.PlatformWatch;
import dev.daytonaoperator.operator.platform.PlatformWishes;
import dev.daytonaoperator.operator.state.ImmutableFacts;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.StateStore;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.operator.status.RunnersState;
import dev.daytonaoperator.operator.status.Situation;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Defaults;
import dev.daytonaoperator.services.Inputs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One reconcile of one installation, read from top to bottom: what may stop it, credentials, steps,
 * objects, and what to say. Holds nothing beyond the pass.
 */
final class Pass {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(500);

  /** What a pass found, and when the next is due though no event may come. */
  record Result(Situation situation, Optional<Duration> retryAfter, int writes) {}

  private final Parts parts;
  private final DaytonaInstallation resource;
  private final Stuck.View stuck;
  private final List<DaytonaInstallationStatus.Preflight> preflight = new ArrayList<>();

  Pass(Parts parts, DaytonaInstallation resource) {
    this.parts = parts;
    this.resource = resource;
    this.stuck = parts.stuck().view(resource.getMetadata().getUid());
  }

  /** What to say when the operator itself failed. */
  Result failed(Exception e) {
    // The API server's words name objects; other messages may carry anything.
    var words =
        e instanceof KubernetesClientException k && k.getStatus() != null
            ? k.getStatus().getMessage()
            : e.getClass().getSimpleName();
    var problem = Problem.waiting(Reason.OperatorError, words + "; see the operator's log");
    return stopped(problem, InstallationState.EMPTY, Optional.empty());
  }

  Result run() {
    var spec = Defaults.resolve(resource.getSpec());
    var owner = Draft.owner(resource, spec);
    InstallationState state;
    switch (parts.states().load(owner)) {
      case StateStore.Loaded.Known known -> state = known.state();
      case StateStore.Loaded.Dying dying -> {
        return stopped(
            Problems.ending(dying.key()), InstallationState.EMPTY, Optional.of(LOOK_AGAIN));
      }
      case StateStore.Loaded.Foreign foreign -> {
        return stopped(
            Problems.conflict(foreign.key()), InstallationState.EMPTY, Optional.of(LOOK_AGAIN));
      }
    }
    VersionPlan version;
    boolean fresh = state.version().isEmpty();
    switch (VersionPlan.of(resource.getSpec().version(), state, parts.clock().instant())) {
      case VersionPlan.Result.Planned planned -> {
        version = planned.plan();
        state = planned.state();
      }
      case VersionPlan.Result.Refused refused -> {
        return stopped(refused.problem(), state, Optional.empty());
      }
    }
    var cluster = parts.cluster().facts(fresh);
    var view = parts.platform().view(owner);
    var runners = new RunnerPass(parts, owner, spec, state, view);
    var plan = runners.plan();
    var draft = Draft.of(owner, spec.withRunners(plan.pools()), version, cluster, plan.runners());
    return run(draft, runners, view, runners.state());
  }

  private Result run(Draft draft, RunnerPass runners, PlatformView view, InstallationState state) {
    var owner = draft.owner();
    var changed =
        ImmutableFacts.changed(
            state, draft.spec(), draft.endpoints(), draft.cluster().clusterDomain());
    if (!changed.isEmpty()) {
      return stopped(Problems.immutable(changed.getFirst()), state, Optional.empty());
    }
    parts.references().use(ResourceID.fromResource(resource), SecretReferences.of(resource));
    if (draft.spec().mode() == Mode.Paused) {
      return paused(draft, runners, view, state);
    }
    var blocked = namespaceProblem(draft).or(() -> firstSight(draft, state));
    if (blocked.isPresent()) {
      return stopped(blocked.get(), state, Optional.of(LOOK_AGAIN));
    }
    return switch (parts.credentials().ensure(draft.needs(), parts.references(), state)) {
      case CredentialOutcome.Blocked b -> blocked(owner.uid(), b, state);
      case CredentialOutcome.Waiting w ->
          stopped(Problems.ending(w.secrets().getFirst()), state, Optional.of(LOOK_AGAIN));
      case CredentialOutcome.Ready ready -> {
        var facts =
            ImmutableFacts.record(
                ready.state(), draft.spec(), draft.endpoints(), draft.cluster().clusterDomain());
        // Saved before anything is made that the credentials open: from now on they are bound.
        if (parts.states().save(owner, facts) == StateStore.Saved.STALE) {
          yield stopped(Problems.stale(), state, Optional.of(SOON));
        }
        yield reconcile(draft, runners, view, facts, ready);
      }
    };
  }

  private Result reconcile(
      Draft draft,
      RunnerPass runners,
      PlatformView view,
      InstallationState state,
      CredentialOutcome.Ready ready) {
    var owner = draft.owner();
    var inputs = draft.inputs(ready.credentials(), state);
    var objects = Draft.render(inputs);
    var claim = databaseClaim(inputs, objects);
    if (claim.isPresent() && lost(owner, claim.get(), state)) {
      return stopped(Problems.dataLost(claim.get()), state, Optional.of(LOOK_AGAIN));
    }
    var conflicts = parts.engine().conflicts(owner, keys(draft, objects));
    if (!conflicts.isEmpty()) {
      return stopped(Problems.conflict(conflicts.getFirst().key()), state, Optional.of(LOOK_AGAIN));
    }
    var before = observe(inputs, objects);
    var told = runners.told(view.health().adminKeyRefused());
    var database = databaseSteps(told, inputs, state, objects, before);
    var steps =
        inputs.running()
            ? parts
                .steps()
                .advance(
                    owner,
                    draft.stepInputs(ready.credentials(), state),
                    state,
                    Stream.concat(
                            DueSteps.of(draft, inputs, before, this::exists).stream(),
                            database.due().stream())
                        .toList())
            : DueSteps.resting(draft, inputs, state, this::exists);
    var applied =
        parts
            .engine()
            .apply(
                owner,
                Waves.plan(objects, before, steps.steps(), inputs.running(), view.usersMade()),
                state.databaseClaimUid().isPresent()
                    ? Set.copyOf(claim.stream().toList())
                    : Set.of());
    int replaced = runners.replace();
    var volumes = new Volumes(parts.cache(), owner.namespace(), objects);
    var components = volumes.annotate(observe(inputs, objects));
    var volume = databaseClaim(inputs, objects).flatMap(parts.cache()::find);
    var learnt = database.recorded(Learnt.of(draft, inputs, steps, components, volume, view));
    var recorded = runners.withVolumes(runners.withoutGone(learnt));
    // What follows a version, such as the runners after an upgrade, is for the next pass.
    boolean arrived = !recorded.version().equals(state.version());
    boolean stale = parts.states().save(owner, recorded) == StateStore.Saved.STALE;
    var pruned =
        applied.settled()
            ? parts.credentials().prune(draft.needs(), parts.references(), recorded).retained()
            : List.<String>of();
    certificates(ready);
    follow(draft, inputs, runners, components);
    Upgrades.preflight(draft.version(), inputs, steps).ifPresent(preflight::add);
    volumes.sizes().ifPresent(preflight::add);
    var outside = Publication.of(inputs, objects, parts);
    preflight.addAll(outside.preflight());
    var problems = Problems.of(applied, volumes);
    runners.hidden().ifPresent(problems::add);
    Upgrades.waiting(draft.version()).ifPresent(problems::add);
    var retry =
        Stream.of(
                applied.retryAfter(),
                steps.retryAfter(),
                stale || arrived ? Optional.of(SOON) : Optional.<Duration>empty(),
                ready.certificates().map(c -> until(c.renews())),
                outside.retryAfter(),
                stuck.ended())
            .flatMap(Optional::stream)
            .min(Duration::compareTo);
    var situation =
        new Situation(
            resource,
            Optional.of(inputs),
            recorded.version(),
            recorded.upgrade().flatMap(it -> Upgrades.status(draft.version(), steps)),
            problems,
            components,
            steps.steps(),
            applied.settled() && !stale && !arrived,
            Retention.inForce(parts.cache(), owner),
            Retention.kept(applied, pruned),
            List.copyOf(preflight),
            applied.contested(),
            view.health(),
            runners.report());
    return new Result(situation, retry, applied.writes() + replaced);
  }

  private DatabaseSteps databaseSteps(
      DatabaseSteps.Told told,
      Inputs inputs,
      InstallationState state,
      List<HasMetadata> objects,
      List<ComponentState> components) {
    var live = new ArrayList<HasMetadata>(parts.cache().pods(inputs.namespace(), inputs.name()));
    live.addAll(parts.cache().labelled(inputs.namespace(), inputs.name()));
    return DatabaseSteps.of(
        inputs,
        state,
        objects,
        live,
        DueSteps.ready(components, ComponentName.DATABASE),
        told,
        parts.clock());
  }

  /** Before the first write for a resource: every name it will use must be free or its own. */
  private Optional<Problem> firstSight(Draft draft, InstallationState state) {
    if (parts.engine().knows(draft.owner())) {
      return Optional.empty();
    }
    var planned = parts.credentials().plan(draft.needs(), parts.references(), state);
    if (planned.isEmpty()) {
      return Optional.empty(); // what stands in the way of credentials is told by themselves
    }
    var inputs = draft.inputs(planned.get().credentials(), state);
    var wanted = new ArrayList<>(keys(draft, Draft.render(inputs)));
    wanted.add(
        new ObjectKey(
            "ConfigMap", draft.owner().namespace(), StateStore.nameOf(draft.owner().name())));
    planned.get().secretNames().stream()
        .map(name -> new ObjectKey("Secret", draft.owner().namespace(), name))
        .forEach(wanted::add);
    return parts.engine().conflicts(draft.owner(), wanted).stream()
        .findFirst()
        .map(c -> Problems.conflict(c.key()));
  }

  private static List<ObjectKey> keys(Draft draft, List<HasMetadata> objects) {
    return objects.stream().map(o -> ApplyEngine.keyOf(draft.owner(), o)).toList();
  }

  private Optional<Problem> namespaceProblem(Draft draft) {
    if (draft.runners().isEmpty()) {
      return Optional.empty();
    }
    var level = parts.cluster().levelAgainstPrivileged(draft.owner().namespace());
    preflight.add(
        new DaytonaInstallationStatus.Preflight(
            "PodSecurity",
            level.isEmpty() ? "Passed" : "Failed",
            level.map(l -> "namespace enforces " + l).orElse("privileged pods are allowed")));
    return level.map(l -> Problems.notPrivileged(draft.owner().namespace(), l));
  }

  private Result paused(
      Draft draft, RunnerPass runners, PlatformView view, InstallationState state) {
    var planned = parts.credentials().plan(draft.needs(), parts.references(), state);
    var inputs = planned.map(p -> draft.inputs(p.credentials(), state));
    var components = inputs.map(i -> observe(i, Draft.render(i))).orElse(List.<ComponentState>of());
    inputs.ifPresent(i -> follow(draft, i, runners, components));
    var situation =
        new Situation(
            resource,
            inputs,
            state.version(),
            Optional.empty(),
            List.of(),
            components,
            List.of(),
            true,
            Retention.inForce(parts.cache(), draft.owner()),
            List.of(),
            List.of(),
            List.of(),
            inputs.isPresent() ? view.health() : PlatformHealth.disabled(),
            runners.report());
    return new Result(situation, Optional.empty(), 0);
  }

  private Result blocked(String uid, CredentialOutcome.Blocked blocked, InstallationState state) {
    var problems = Problems.of(blocked);
    var aged = parts.ages().aged(uid, problems);
    boolean mayStillStall = aged.stream().anyMatch(p -> !p.stalls());
    return stopped(
        aged,
        state,
        mayStillStall ? Optional.of(ProblemAge.PATIENCE.plusSeconds(1)) : Optional.empty());
  }

  private Result stopped(Problem problem, InstallationState state, Optional<Duration> retry) {
    return stopped(List.of(problem), state, retry);
  }

  /** Nothing is written: the platform runs on as it is, and the status says why. */
  private Result stopped(
      List<Problem> problems, InstallationState state, Optional<Duration> retry) {
    var before = Optional.ofNullable(resource.getStatus());
    var policy =
        before
            .map(DaytonaInstallationStatus::dataRetention)
            .map(DataRetention::whenDeleted)
            .orElse(DataRetention.Policy.Retain);
    var situation =
        new Situation(
            resource,
            Optional.empty(),
            state.version(),
            Optional.empty(),
            problems,
            observeLive(),
            List.of(),
            true,
            policy,
            List.of(),
            List.copyOf(preflight),
            List.of(),
            PlatformHealth.unknown("not asked while the resource is not acted on"),
            RunnersState.NONE);
    return new Result(situation, retry, 0);
  }

  private List<ComponentState> observe(Inputs inputs, List<HasMetadata> objects) {
    return new ComponentObserver(parts.cache(), stuck)
        .observe(
            inputs.namespace(),
            objects,
            parts.cache().pods(inputs.namespace(), inputs.name()),
            inputs.running());
  }

  /** The workloads that exist, whatever they should be: what runs is told even when stopped. */
  private List<ComponentState> observeLive() {
    var meta = resource.getMetadata();
    var live =
        parts.cache().ownedBy(meta.getUid()).stream()
            .filter(o -> o instanceof Deployment || o instanceof StatefulSet)
            .sorted(Comparator.comparing(o -> o.getMetadata().getName()))
            .toList();
    return new ComponentObserver(parts.cache(), stuck)
        .observe(
            meta.getNamespace(),
            live,
            parts.cache().pods(meta.getNamespace(), meta.getName()),
            resource.getSpec().mode() != Mode.Stopped);
  }

  /** The claim with the database's data; absent when it is the user's or the database is. */
  private Optional<ObjectKey> databaseClaim(Inputs inputs, List<HasMetadata> objects) {
    return objects.stream()
        .filter(PersistentVolumeClaim.class::isInstance)
        .filter(o -> o.getMetadata().getName().equals(inputs.objectName(ComponentName.DATABASE)))
        .findFirst()
        .map(o -> ApplyEngine.keyOf(Draft.owner(resource, inputs.spec()), o));
  }

  private boolean exists(ObjectKey key) {
    return parts.cache().find(key).isPresent();
  }

  /** An empty volume in its place would hide the loss, and stand in the way of a restore. */
  private boolean lost(Owner owner, ObjectKey claim, InstallationState state) {
    return state.databaseClaimUid().isPresent() && !parts.engine().exists(owner, claim);
  }

  /** From now on Daytona is asked, and told of its runners, by what this pass has found. */
  private void follow(
      Draft draft, Inputs inputs, RunnerPass runners, List<ComponentState> components) {
    var standing =
        switch (draft.spec().mode()) {
          case Running -> PlatformWatch.Standing.SERVED;
          case Paused -> PlatformWatch.Standing.LOOKED_AT;
          case Stopped -> PlatformWatch.Standing.AWAY;
        };
    parts
        .platform()
        .follow(
            draft.owner(),
            inputs,
            new PlatformWishes(runners.wishes(inputs), runners.state().adminQuotas()),
            Learnt.serves(components, ComponentName.API) ? standing : PlatformWatch.Standing.AWAY);
  }

  private void certificates(CredentialOutcome.Ready ready) {
    ready
        .certificates()
        .ifPresent(
            c ->
                preflight.add(
                    new DaytonaInstallationStatus.Preflight(
                        "Certificate",
                        "Passed",
                        "self-signed, in Secret "
                            + c.secretName()
                            + "; trust the authority in "
                            + c.authoritySecretName())));
  }

  private Duration until(java.time.Instant renews) {
    var left = Duration.between(parts.clock().instant(), renews);
    return left.isPositive() ? left : Duration.ofMinutes(1);
  }
}
