package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.apply.Stamp;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.operator.status.StepState.Stage;
import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.StepJobs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** How long the informer may take to show a Job that was created. */
  private static final Duration ECHO = Duration.ofSeconds(30);

  /**
   * A step that this installation needs.
   *
   * @param occasion what the step is done for, once: a Daytona version or a hash of its inputs
   * @param mayStart whether what it needs is ready
   */
  record Due(Step step, String occasion, boolean mayStart) {}

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

  private final KubernetesClient client;
  private final InformerCache cache;
  private final Clock clock;

  /** Jobs created here that the informer may not show yet; losing it costs one refused POST. */
  private final Map<String, Instant> created = new HashMap<>();

  StepRunner(KubernetesClient client, InformerCache cache, Clock clock) {
    this.client = client;
    this.cache = cache;
    this.clock = clock;
  }

  /** Looks at every due step in order; a step starts only when those before it are done. */
  Progress advance(Owner owner, Inputs inputs, InstallationState state, List<Due> due) {
    var states = new ArrayList<StepState>();
    Optional<Duration> retryAfter = Optional.empty();
    boolean open = true;
    for (var step : due) {
      if (state.stepDone(step.step().id(), step.occasion())) {
        states.add(new StepState(step.step(), Stage.DONE, 0, ""));
        continue;
      }
      var attempts = attempts(owner, step);
      if (attempts.stream().anyMatch(StepRunner::succeeded)) {
        state = state.withStepDone(step.step().id(), step.occasion());
        states.add(new StepState(step.step(), Stage.DONE, 0, ""));
        continue;
      }
      var outcome = open ? advance(owner, inputs, step, attempts) : pending(step);
      states.add(outcome.state());
      retryAfter = sooner(retryAfter, outcome.retryAfter());
      // The bucket needs nothing of the migrations; migrations need each other's order.
      open = open && step.step() == Step.BUCKET;
    }
    return new Progress(List.copyOf(states), state, retryAfter);
  }

  private record Outcome(StepState state, Optional<Duration> retryAfter) {}

  private static Outcome pending(Due due) {
    return new Outcome(new StepState(due.step(), Stage.PENDING, 0, ""), Optional.empty());
  }

  private Outcome advance(Owner owner, Inputs inputs, Due due, List<Job> attempts) {
    int failures = (int) attempts.stream().filter(StepRunner::failed).count();
    if (attempts.stream().anyMatch(job -> !failed(job)) || ofEarlierResource(owner, due)) {
      return running(due, failures);
    }
    var echo = untilEcho(owner, due, attempts.size());
    if (echo.isPositive()) {
      return new Outcome(running(due, failures).state(), Optional.of(echo));
    }
    if (failures > 0) {
      var wait = untilRetry(attempts.getLast(), failures);
      var state = new StepState(due.step(), Stage.FAILED, failures, failure(owner, due));
      if (wait.isPositive()) {
        return new Outcome(state, Optional.of(wait));
      }
      if (due.mayStart() && podsGone(owner, due)) {
        create(owner, inputs, due, attempts.size() + 1);
      }
      return new Outcome(state, Optional.empty());
    }
    if (!due.mayStart()) {
      return pending(due);
    }
    if (!podsGone(owner, due)) {
      return running(due, failures); // the Job was deleted by hand; its pod still works
    }
    create(owner, inputs, due, 1);
    return running(due, 0);
  }

  private static Outcome running(Due due, int failures) {
    return new Outcome(new StepState(due.step(), Stage.RUNNING, failures, ""), Optional.empty());
  }

  private void create(Owner owner, Inputs inputs, Due due, int attempt) {
    try {
      client.resource(job(owner, inputs, due, attempt)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // created before a restart, or the informer lags: its event tells how it goes
    }
    synchronized (created) {
      created.put(owner.uid() + "/" + jobName(owner, due, attempt), clock.instant());
    }
  }

  /** The Job of one attempt. */
  static Job job(Owner owner, Inputs inputs, Due due, int attempt) {
    var name = jobName(owner, due, attempt);
    var job = (Job) Stamp.step(owner, StepJobs.render(inputs, due.step(), name));
    job.getMetadata().getLabels().put(Labels.STEP, due.step().id());
    job.getMetadata().setAnnotations(Map.of(Annotations.OCCASION, due.occasion()));
    job.getSpec().getTemplate().getMetadata().getLabels().put(Labels.STEP, due.step().id());
    return job;
  }

  /** How long a Job that was created may still take to show. */
  private Duration untilEcho(Owner owner, Due due, int seen) {
    synchronized (created) {
      created.values().removeIf(at -> at.plus(ECHO).isBefore(clock.instant()));
      var at = created.get(owner.uid() + "/" + jobName(owner, due, seen + 1));
      return at == null ? Duration.ZERO : Duration.between(clock.instant(), at.plus(ECHO));
    }
  }

  private static String jobName(Owner owner, Due due, int attempt) {
    return prefix(owner, due) + attempt;
  }

  private static String prefix(Owner owner, Due due) {
    return owner.name()
        + "-"
        + due.step().id()
        + "-"
        + String.format("%06x", due.occasion().hashCode() & 0xffffff)
        + "-";
  }

  /** This resource's attempts, oldest first. */
  private List<Job> attempts(Owner owner, Due due) {
    return jobs(owner, due)
        .filter(job -> ownedBy(owner, job))
        .sorted(Comparator.comparing(job -> job.getMetadata().getCreationTimestamp()))
        .toList();
  }

  /**
   * Whether a Job of an earlier resource of this name is still there: it is being deleted, may
   * still run, and what it did may have been deleted with it.
   */
  private boolean ofEarlierResource(Owner owner, Due due) {
    return jobs(owner, due).anyMatch(job -> !ownedBy(owner, job));
  }

  private Stream<Job> jobs(Owner owner, Due due) {
    return cache.labelled(owner.namespace(), owner.name()).stream()
        .filter(Job.class::isInstance)
        .map(Job.class::cast)
        .filter(job -> job.getMetadata().getName().startsWith(prefix(owner, due)));
  }

  private static boolean ownedBy(Owner owner, Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner.uid()));
  }

  private static boolean succeeded(Job job) {
    return condition(job, "Complete");
  }

  private static boolean failed(Job job) {
    return condition(job, "Failed");
  }

  private static boolean condition(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
  }

  private Duration untilRetry(Job last, int failures) {
    var ended =
        last.getStatus().getConditions().stream()
            .filter(c -> c.getType().equals("Failed"))
            .map(c -> Instant.parse(c.getLastTransitionTime()))
            .findFirst()
            .orElse(clock.instant());
    var wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 6));
    return Duration.between(
        clock.instant(), ended.plus(wait.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait));
  }

  private boolean podsGone(Owner owner, Due due) {
    return pods(owner, due).stream().noneMatch(StepRunner::mayRun);
  }

  private static boolean mayRun(Pod pod) {
    var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return !"Succeeded".equals(phase) && !"Failed".equals(phase);
  }

  private List<Pod> pods(Owner owner, Due due) {
    return cache.pods(owner.namespace(), owner.name()).stream()
        .filter(p -> due.step().id().equals(p.getMetadata().getLabels().get(Labels.STEP)))
        .toList();
  }

  /** The last line that a failed pod left, and where its log is. */
  private String failure(Owner owner, Due due) {
    var pod =
        pods(owner, due).stream()
            .filter(p -> p.getStatus() != null && "Failed".equals(p.getStatus().getPhase()))
            .max(Comparator.comparing(p -> p.getMetadata().getCreationTimestamp()));
    var cause =
        pod.flatMap(
                p ->
                    p.getStatus().getContainerStatuses().stream()
                        .map(c -> c.getState().getTerminated())
                        .filter(java.util.Objects::nonNull)
                        .map(t -> "exit code " + t.getExitCode() + " (" + t.getReason() + ")")
                        .findFirst())
            .orElse("the Job failed");
    return cause
        + pod.map(
                p ->
                    "; see: kubectl logs -n " + owner.namespace() + " " + p.getMetadata().getName())
            .orElse("");
  }

  private static Optional<Duration> sooner(Optional<Duration> a, Optional<Duration> b) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(a.get().compareTo(b.get()) < 0 ? a.get() : b.get())
        : a.or(() -> b);
  }
}
