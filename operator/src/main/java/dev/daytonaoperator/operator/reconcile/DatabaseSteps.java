package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.credentials.DatabaseCopies;
import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The steps by which Daytona's database follows what is decided outside: the credentials in the
 * Secrets, of some of which it has copies that no API changes (contract 4.1), its own password, and
 * which runners leave (contract 5.4).
 */
final class DatabaseSteps {

  /** A key that is refused again so soon after it was set is refused for another reason. */
  private static final Duration BETWEEN_RECOVERIES = Duration.ofMinutes(10);

  /** A step and the copy that it brings up to date. */
  private record Following(Due due, String copy, String digest) {}

  /**
   * What Daytona has told that the database must be changed for.
   *
   * @param adminKeyRefused whether the API refuses the administrator's key of the Secret
   * @param foreign names of runners whose row has another token than their Secret
   * @param busy by name, runners that leave with sandboxes on them: since when they leave
   */
  record Told(boolean adminKeyRefused, Set<String> foreign, Map<String, Instant> busy) {
    Told {
      foreign = Set.copyOf(foreign);
      busy = Map.copyOf(busy);
    }
  }

  private final List<Following> following = new ArrayList<>();
  private final List<Due> draining = new ArrayList<>();
  private final Set<String> runners = new TreeSet<>();

  private DatabaseSteps() {}

  /**
   * The step that gives PostgreSQL its next password, while there is one; before everything else
   * that logs in.
   */
  static Optional<Due> password(Inputs inputs, boolean databaseReady) {
    return inputs
        .credentials()
        .find(Credential.DATABASE_PASSWORD_NEXT)
        .map(next -> new Due(Step.DATABASE_PASSWORD, next.digest(), databaseReady));
  }

  /**
   * The steps for the copies that are behind.
   *
   * @param objects of the installation, as rendered
   * @param live pods and Jobs of the installation
   * @param databaseReady whether the steps may start
   */
  static DatabaseSteps of(
      Inputs inputs,
      InstallationState state,
      List<HasMetadata> objects,
      Collection<? extends HasMetadata> live,
      boolean databaseReady,
      Told told,
      Clock clock) {
    var steps = new DatabaseSteps();
    boolean mayStart =
        databaseReady
            && state.seeded()
            && inputs.credentials().find(Credential.DATABASE_PASSWORD_NEXT).isEmpty();
    var digests = DatabaseCopies.digests(inputs.credentials());
    digests.forEach(
        (copy, digest) -> {
          if (copy.equals(DatabaseCopies.ADMIN_KEY)) {
            var due = due(Step.ADMIN_KEY, "", state, copy, digest, mayStart);
            if (behind(state, copy, digest)
                || (told.adminKeyRefused() && mayRecover(state, live, due, clock))) {
              steps.following.add(new Following(due, copy, digest));
            }
          } else if (copy.equals(DatabaseCopies.REGISTRY) && behind(state, copy, digest)) {
            var due = due(Step.REGISTRY_LOGIN, "", state, copy, digest, mayStart);
            steps.following.add(new Following(due, copy, digest));
          }
        });
    for (var runner : inputs.runners()) {
      var copy = DatabaseCopies.runner(runner.name());
      var digest = inputs.credentials().runnerToken(runner).digest();
      var due = due(Step.RUNNER_KEY, runner.name(), state, copy, digest, mayStart);
      if (runsAsRendered(runner.name(), objects, live)
          && (behind(state, copy, digest)
              || (told.foreign().contains(runner.name()) && mayRecover(state, live, due, clock)))) {
        steps.following.add(new Following(due, copy, digest));
      }
      steps.drain(runner.name(), state, told, mayStart);
    }
    return steps;
  }

  /** A runner that leaves is drained once; one that stays after all, and may have been, no more. */
  private void drain(String runner, InstallationState state, Told told, boolean mayStart) {
    runners.add(runner);
    var since = Optional.ofNullable(told.busy().get(runner));
    if (since.isPresent()) {
      var occasion = runner + "." + since.get().getEpochSecond();
      draining.add(new Due(Step.RUNNER_DRAIN, occasion, mayStart, runner));
    } else if (state.phase(runner).filter(RunnerPhase::leaves).isEmpty()) {
      state.occasions(Step.RUNNER_DRAIN.id()).stream()
          .filter(occasion -> isAbout(occasion, runner))
          .forEach(o -> draining.add(new Due(Step.RUNNER_UNDRAIN, o, mayStart, runner)));
    }
  }

  /** An occasion is the runner's name and what tells this time from others. */
  private static boolean isAbout(String occasion, String runner) {
    return occasion.substring(0, Math.max(0, occasion.lastIndexOf('.'))).equals(runner);
  }

  List<Due> due() {
    return Stream.concat(following.stream().map(Following::due), draining.stream()).toList();
  }

  /** Notes the copies whose steps are done; that tells more than the steps themselves. */
  InstallationState recorded(InstallationState state) {
    for (var follow : following) {
      var due = follow.due();
      if (state.stepDone(due.step().id(), due.occasion())) {
        state =
            state
                .withNextCopy(follow.copy(), follow.digest())
                .withoutStep(due.step().id(), due.occasion()::equals);
      }
    }
    for (var undrained : state.occasions(Step.RUNNER_UNDRAIN.id())) {
      if (state.stepDone(Step.RUNNER_UNDRAIN.id(), undrained)) {
        state =
            state
                .withoutStep(Step.RUNNER_DRAIN.id(), undrained::equals)
                .withoutStep(Step.RUNNER_UNDRAIN.id(), undrained::equals);
      }
    }
    return state.withoutStep(
        Step.RUNNER_DRAIN.id(), o -> runners.stream().noneMatch(name -> isAbout(o, name)));
  }

  private static boolean behind(InstallationState state, String copy, String digest) {
    return state.copy(copy).filter(known -> !known.equals(digest)).isPresent();
  }

  /** Every change is an occasion of its own, even back to a value that was there before. */
  private static Due due(
      Step step,
      String subject,
      InstallationState state,
      String copy,
      String digest,
      boolean mayStart) {
    var change =
        (state.copies(copy) + 1) + "." + digest.substring(Math.max(0, digest.length() - 8));
    return new Due(step, subject.isEmpty() ? change : subject + "." + change, mayStart, subject);
  }

  private static boolean mayRecover(
      InstallationState state, Collection<? extends HasMetadata> live, Due due, Clock clock) {
    return state.seeded() && !tried(live, due, clock.instant());
  }

  private static boolean tried(Collection<? extends HasMetadata> live, Due due, Instant now) {
    return live.stream()
        .filter(Job.class::isInstance)
        .map(HasMetadata::getMetadata)
        .filter(job -> due.step().id().equals(label(job, Labels.STEP)))
        .filter(job -> !due.occasion().equals(annotation(job, Annotations.OCCASION)))
        .filter(
            job ->
                due.subject().isEmpty()
                    || annotation(job, Annotations.OCCASION).startsWith(due.subject() + "."))
        .anyMatch(
            job -> Instant.parse(job.getCreationTimestamp()).plus(BETWEEN_RECOVERIES).isAfter(now));
  }

  /**
   * Whether the runner's pod has the token that its template has now. Until it is replaced, which
   * its pool's update policy decides, the row must keep the token that the pod has.
   */
  private static boolean runsAsRendered(
      String runner, List<HasMetadata> objects, Collection<? extends HasMetadata> live) {
    var wanted =
        objects.stream()
            .filter(StatefulSet.class::isInstance)
            .map(StatefulSet.class::cast)
            .filter(set -> runner.equals(label(set.getMetadata(), Labels.RUNNER)))
            .map(set -> set.getSpec().getTemplate().getMetadata())
            .map(template -> annotation(template, Annotations.CONFIG_DIGEST))
            .findFirst();
    var pods =
        live.stream()
            .filter(Pod.class::isInstance)
            .map(HasMetadata::getMetadata)
            .filter(pod -> runner.equals(label(pod, Labels.RUNNER)))
            .toList();
    return wanted.isPresent()
        && !pods.isEmpty()
        && pods.stream()
            .allMatch(pod -> annotation(pod, Annotations.CONFIG_DIGEST).equals(wanted.get()));
  }

  private static String label(ObjectMeta meta, String key) {
    return meta.getLabels() == null ? "" : meta.getLabels().getOrDefault(key, "");
  }

  private static String annotation(ObjectMeta meta, String key) {
    return meta.getAnnotations() == null ? "" : meta.getAnnotations().getOrDefault(key, "");
  }
}
