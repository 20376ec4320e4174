package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.Deletion;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.apply.Stamp;
import dev.daytonaoperator.operator.apply.Words;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.operator.status.StepState.Stage;
import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.StepJobs;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Runs the steps: each by one Job at a time, recorded in the installation's state when it has
 * succeeded, and never run again after that, whatever becomes of the Job object.
 *
 * <p>A failed attempt is followed by a new Job, later and later, once no pod of an earlier attempt
 * is left: Daytona's migrations take no lock (contract 3.3).
 */
final class StepRunner {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
  private static final Duration LAST_RETRY = Duration.ofMinutes(5);
  private static final Duration REFUSED_RETRY = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMillis(500);

  /** How long the informer may take to show a Job that was created. */
  private static final Duration ECHO = Duration.ofSeconds(30);

  /**
   * Attempts of a step of an upgrade: what passes by itself has passed by then, and the rest is for
   * a person to judge, while the version that runs goes on.
   */
  private static final int UPGRADE_ATTEMPTS = 3;

  /** Failed attempts that are kept for their logs. */
  private static final int KEPT_FAILURES = 2;

  /**
   * A step that this installation needs.
   *
   * @param occasion what the step is done for, once: a Daytona version or a hash of its inputs
   * @param mayStart whether what it needs is ready
   * @param subject the runner that it is about; empty when it is about none
   */
  record Due(Step step, String occasion, boolean mayStart, String subject) {

    Due(Step step, String occasion, boolean mayStart) {
      this(step, occasion, mayStart, "");
    }
  }

  /**
   * What came of it.
   *
   * @param state the given state with the steps that have succeeded since; to be saved
   */
  record Progress(List<StepState> steps, InstallationState state, Optional<Duration> retryAfter) {

    boolean done(Step step) {
      return steps.stream().filter(s -> s.step() == step).allMatch(StepState::done);
    }
  }

  /** A Job that this process has made. */
  private record Made(String job, Instant at, boolean seen) {}

  private final KubernetesClient client;
  private final Observed observed;
  private final ObservedPods pods;
  private final Clock clock;

  /** The newest Job of a step, by uid of the owner and prefix; losing it costs one refused POST. */
  private final Map<String, Made> made = new ConcurrentHashMap<>();

  StepRunner(KubernetesClient client, Observed observed, ObservedPods pods, Clock clock) {
    this.client = client;
    this.observed = observed;
    this.pods = pods;
    this.clock = clock;
  }

  /** Forgets resources that are gone. */
  void retain(Set<String> uids) {
    made.keySet().removeIf(key -> !uids.contains(key.substring(0, key.indexOf('/'))));
  }

  /**
   * Looks at every due step in order; a step starts only when those before it are done.
   *
   * @param inputs what the steps' Jobs are made from: for the version that is wanted
   */
  Progress advance(Owner owner, Inputs inputs, InstallationState state, List<Due> due) {
    var states = new ArrayList<StepState>();
    Optional<Duration> retryAfter = Optional.empty();
    boolean open = true;
    for (var step : due) {
      var attempts = attempts(owner, step);
      if (state.stepDone(step.step().id(), step.occasion()) || attempts.succeeded()) {
        made.remove(key(attempts));
        state = state.withStepDone(step.step().id(), step.occasion());
        states.add(new StepState(step.step(), Stage.DONE, 0, ""));
        continue;
      }
      var outcome = open ? advance(inputs, state, step, attempts) : pending(step);
      state = outcome.recorded().orElse(state);
      states.add(outcome.state());
      retryAfter = sooner(retryAfter, outcome.retryAfter());
      // Migrations need each other's order, and all that log in the database's password.
      open = open && !step.step().holdsUpOthers();
    }
    return new Progress(List.copyOf(states), state, retryAfter);
  }

  /**
   * What came of one step.
   *
   * @param recorded the state to be saved before anything else is done
   */
  private record Outcome(
      StepState state, Optional<Duration> retryAfter, Optional<InstallationState> recorded) {}

  private static Outcome pending(Due due) {
    return outcome(due, Stage.PENDING, 0, Optional.empty());
  }

  private static Outcome outcome(Due due, Stage stage, int failures, Optional<Duration> retry) {
    return new Outcome(new StepState(due.step(), stage, failures, ""), retry, Optional.empty());
  }

  private static Outcome failed(Due due, int failures, String why, Optional<Duration> retry) {
    return new Outcome(
        new StepState(due.step(), Stage.FAILED, failures, why), retry, Optional.empty());
  }

  private static Outcome stopped(Due due, StepAttempts attempts, int failures) {
    var again =
        "failed %d times: %s. To try again: kubectl delete jobs -n %s -l %s=%s,%s=%s"
            .formatted(
                failures,
                attempts.failure(),
                attempts.owner().namespace(),
                Labels.INSTALLATION,
                attempts.owner().name(),
                Labels.STEP,
                due.step().id());
    return new Outcome(
        new StepState(due.step(), Stage.STOPPED, failures, again),
        Optional.empty(),
        Optional.empty());
  }

  private Outcome advance(Inputs inputs, InstallationState state, Due due, StepAttempts attempts) {
    int failures = attempts.failures().isEmpty() ? 0 : attempts.last();
    var echo = untilEcho(attempts);
    if (attempts.active() || echo.isPositive()) {
      return outcome(due, Stage.RUNNING, failures, positive(echo));
    }
    var others = untilEchoOfOthers(due, attempts);
    if (attempts.othersAtWork() || others.isPositive()) {
      return outcome(due, Stage.PENDING, failures, positive(others));
    }
    if (due.step().ofUpgrade() && failures >= UPGRADE_ATTEMPTS) {
      return stopped(due, attempts, failures);
    }
    if (failures > 0) {
      var wait = untilRetry(attempts, failures);
      if (wait.isPositive() || !due.mayStart() || !attempts.podsEnded()) {
        return failed(due, failures, attempts.failure(), positive(wait));
      }
    } else if (!due.mayStart()) {
      return pending(due);
    } else if (!attempts.podsEnded()) {
      // The Job was deleted by hand; its pod still works.
      return outcome(due, Stage.RUNNING, 0, Optional.empty());
    }
    return begin(inputs, state, due, attempts, failures);
  }

  /** Nothing of this step is at work: the next attempt, unless something must be recorded first. */
  private Outcome begin(
      Inputs inputs, InstallationState state, Due due, StepAttempts attempts, int failures) {
    var begun = state.withStepBegun(due.step().id(), due.occasion());
    if (due.step().recordedBefore() && !begun.equals(state)) {
      return new Outcome(
          new StepState(due.step(), Stage.PENDING, 0, ""), Optional.of(SOON), Optional.of(begun));
    }
    try {
      if (!podsEndedOnServer(due, attempts)) {
        return outcome(due, Stage.RUNNING, failures, Optional.of(FIRST_RETRY));
      }
      create(inputs, due, attempts);
      removeOldFailures(attempts);
      removeRecorded(attempts, due);
      return outcome(due, Stage.RUNNING, failures, Optional.of(ECHO));
    } catch (KubernetesClientException e) {
      // Told, and no reason to leave the objects unrepaired.
      return failed(
          due, failures, "its Job cannot be made: " + Words.of(e), Optional.of(REFUSED_RETRY));
    }
  }

  /**
   * The informers of Jobs and pods know nothing of each other: where there has been an attempt, the
   * server is asked, lest its pod has not been shown yet.
   */
  private boolean podsEndedOnServer(Due due, StepAttempts attempts) {
    if (attempts.jobs().isEmpty() && !made.containsKey(key(attempts))) {
      return true;
    }
    var labels = Map.of(Labels.INSTALLATION, attempts.owner().name(), Labels.STEP, due.step().id());
    return client
        .pods()
        .inNamespace(attempts.owner().namespace())
        .withLabels(labels)
        .list()
        .getItems()
        .stream()
        .noneMatch(StepAttempts::mayRun);
  }

  private void create(Inputs inputs, Due due, StepAttempts attempts) {
    var known = made.get(key(attempts));
    int before = Math.max(attempts.last(), known == null ? 0 : StepAttempts.number(known.job()));
    var name = attempts.jobName(before + 1);
    try {
      client.resource(job(attempts.owner(), inputs, due, name)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // Made before a restart, and the informer lags; or the name is taken, and the next is tried.
    }
    made.put(key(attempts), new Made(name, clock.instant(), false));
  }

  /** The Job of one attempt. */
  static Job job(Owner owner, Inputs inputs, Due due, String name) {
    var job = (Job) Stamp.step(owner, StepJobs.render(inputs, due.step(), due.subject(), name));
    job.getMetadata().getLabels().put(Labels.STEP, due.step().id());
    job.getMetadata().setAnnotations(Map.of(Annotations.OCCASION, due.occasion()));
    job.getSpec().getTemplate().getMetadata().getLabels().put(Labels.STEP, due.step().id());
    return job;
  }

  private void removeOldFailures(StepAttempts attempts) {
    var failures = attempts.failures();
    failures.stream()
        .limit(Math.max(0, failures.size() - KEPT_FAILURES))
        .forEach(job -> Deletion.delete(client, job, DeletionPropagation.BACKGROUND));
  }

  /** A step that comes again has recorded what it was done for before; migrations are kept. */
  private void removeRecorded(StepAttempts attempts, Due due) {
    if (due.step().migrates()) {
      return;
    }
    jobs(attempts.owner())
        .filter(job -> due.step().id().equals(job.getMetadata().getLabels().get(Labels.STEP)))
        .filter(job -> !job.getMetadata().getName().startsWith(attempts.prefix()))
        .filter(StepAttempts::complete)
        .forEach(job -> Deletion.delete(client, job, DeletionPropagation.BACKGROUND));
  }

  /** How long to wait for the informer to show the Job that was made last. */
  private Duration untilEcho(StepAttempts attempts) {
    var last = made.get(key(attempts));
    if (last == null || last.seen()) {
      return Duration.ZERO;
    }
    if (attempts.jobs().stream().anyMatch(j -> j.getMetadata().getName().equals(last.job()))) {
      made.put(key(attempts), new Made(last.job(), last.at(), true));
      return Duration.ZERO;
    }
    return Duration.between(clock.instant(), last.at().plus(ECHO));
  }

  /** The same for Jobs of other steps and occasions, such as an upgrade that was given up. */
  private Duration untilEchoOfOthers(Due due, StepAttempts attempts) {
    if (due.step() == Step.BUCKET) {
      return Duration.ZERO;
    }
    var bucket = attempts.owner().uid() + "/" + attempts.owner().name() + "-" + Step.BUCKET.id();
    return made.entrySet().stream()
        .filter(e -> e.getKey().startsWith(attempts.owner().uid() + "/"))
        .filter(e -> !e.getKey().equals(key(attempts)) && !e.getKey().startsWith(bucket))
        .filter(e -> !e.getValue().seen())
        .map(e -> Duration.between(clock.instant(), e.getValue().at().plus(ECHO)))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static String key(StepAttempts attempts) {
    return attempts.owner().uid() + "/" + attempts.prefix();
  }

  private StepAttempts attempts(Owner owner, Due due) {
    return StepAttempts.of(owner, due, jobs(owner), pods.pods(owner.namespace(), owner.name()));
  }

  private Stream<Job> jobs(Owner owner) {
    return observed.labelled(owner.namespace(), owner.name()).stream()
        .filter(Job.class::isInstance)
        .map(Job.class::cast);
  }

  private Duration untilRetry(StepAttempts attempts, int failures) {
    var wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 6));
    var ended = attempts.failedAt().orElse(clock.instant());
    return Duration.between(
        clock.instant(), ended.plus(wait.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait));
  }

  private static Optional<Duration> positive(Duration duration) {
    return duration.isPositive() ? Optional.of(duration) : Optional.empty();
  }

  private static Optional<Duration> sooner(Optional<Duration> a, Optional<Duration> b) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(a.get().compareTo(b.get()) < 0 ? a.get() : b.get())
        : a.or(() -> b);
  }
}
