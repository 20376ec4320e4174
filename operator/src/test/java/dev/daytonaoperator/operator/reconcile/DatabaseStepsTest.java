package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.daytonaoperator.operator.credentials.DatabaseCopies;
import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RunnerPhase;
import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Credentials;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the database has to follow a credential, and when it must not yet. */
class DatabaseStepsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private Inputs inputs = PlatformInputs.of("{}");
  private InstallationState state = upToDate(InstallationState.EMPTY.withSeeded());

  private InstallationState upToDate(InstallationState from) {
    for (var copy : DatabaseCopies.digests(inputs.credentials()).entrySet()) {
      from = from.withCopy(copy.getKey(), copy.getValue());
    }
    return from;
  }

  private DatabaseSteps steps(boolean keyRefused, HasMetadata... live) {
    return steps(new DatabaseSteps.Told(keyRefused, Set.of(), Map.of()), live);
  }

  private DatabaseSteps steps(DatabaseSteps.Told told, HasMetadata... live) {
    return DatabaseSteps.of(inputs, state, Draft.render(inputs), List.of(live), true, told, CLOCK);
  }

  private List<Due> due(HasMetadata... live) {
    return steps(false, live).due();
  }

  private void outdated(String copy) {
    state = state.withCopy(copy, "of-another-value");
  }

  @Test
  void nothing_is_due_when_every_copy_is_of_the_present_value() {
    assertThat(due()).isEmpty();
  }

  @Test
  void a_copy_that_is_behind_is_followed_and_recorded() {
    outdated(DatabaseCopies.ADMIN_KEY);
    outdated(DatabaseCopies.REGISTRY);
    var steps = steps(false);

    assertThat(steps.due())
        .extracting(Due::step)
        .containsExactlyInAnyOrder(Step.ADMIN_KEY, Step.REGISTRY_LOGIN);
    assertThat(steps.due()).allMatch(Due::mayStart).allMatch(due -> due.subject().isEmpty());
    assertThat(steps.recorded(state)).as("before it is done").isEqualTo(state);

    var done = state;
    for (var due : steps.due()) {
      done = done.withStepDone(due.step().id(), due.occasion());
    }
    state = steps.recorded(done);
    assertThat(due()).isEmpty();
    assertThat(state.copies(DatabaseCopies.ADMIN_KEY)).isEqualTo(1);
    assertThat(state.occasions(Step.ADMIN_KEY.id())).isEmpty();
  }

  @Test
  void a_value_that_comes_back_is_an_occasion_of_its_own() {
    outdated(DatabaseCopies.ADMIN_KEY);
    var first = due().getFirst().occasion();
    state = state.withNextCopy(DatabaseCopies.ADMIN_KEY, "and-another");

    assertThat(due().getFirst().occasion()).isNotEqualTo(first);
  }

  @Test
  void nothing_starts_while_the_password_changes_or_before_there_are_rows() {
    outdated(DatabaseCopies.ADMIN_KEY);
    var seeded = state;
    state = upToDate(InstallationState.EMPTY).withCopy(DatabaseCopies.ADMIN_KEY, "other");
    assertThat(due()).noneMatch(Due::mayStart);

    state = seeded;
    pendingPassword();
    assertThat(due()).noneMatch(Due::mayStart);
    assertThat(DatabaseSteps.password(inputs, true))
        .contains(new Due(Step.DATABASE_PASSWORD, "next", true));
  }

  private void pendingPassword() {
    var credentials = new EnumMap<Credential, CredentialRef>(inputs.credentials().byName());
    credentials.put(
        Credential.DATABASE_PASSWORD_NEXT, new CredentialRef("s", "passwordNext", "next"));
    inputs =
        new Inputs(
            inputs.name(),
            inputs.namespace(),
            inputs.spec(),
            inputs.endpoints(),
            inputs.images(),
            new Credentials(
                credentials, inputs.credentials().runnerTokens(), inputs.credentials().dexUsers()),
            inputs.cluster(),
            inputs.progress(),
            inputs.runners());
  }

  @Test
  void a_row_keeps_the_token_of_the_pod_that_runs() {
    outdated(DatabaseCopies.runner("default-0"));
    var wanted = rendered();

    assertThat(due()).as("without a pod").isEmpty();
    assertThat(due(runner("old"))).isEmpty();
    assertThat(due(runner("old"), runner(wanted))).isEmpty();
    assertThat(due(runner(wanted)))
        .extracting(Due::step, Due::subject)
        .containsExactly(tuple(Step.RUNNER_KEY, "default-0"));
  }

  private String rendered() {
    return Draft.render(inputs).stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast)
        .filter(set -> "default-0".equals(set.getMetadata().getLabels().get(Labels.RUNNER)))
        .map(set -> set.getSpec().getTemplate().getMetadata())
        .map(template -> template.getAnnotations().get(Annotations.CONFIG_DIGEST))
        .findFirst()
        .orElseThrow();
  }

  private static Pod runner(String digest) {
    return new PodBuilder()
        .withNewMetadata()
        .addToLabels(Labels.RUNNER, "default-0")
        .addToAnnotations(Annotations.CONFIG_DIGEST, digest)
        .endMetadata()
        .build();
  }

  @Test
  void a_refused_key_is_set_again_but_not_again_and_again() {
    assertThat(steps(true).due()).extracting(Due::step).containsExactly(Step.ADMIN_KEY);
    var mine = steps(true).due().getFirst().occasion();

    assertThat(steps(true, job(Step.ADMIN_KEY, mine, 1)).due())
        .as("its own Job is followed")
        .hasSize(1);
    assertThat(steps(true, job(Step.ADMIN_KEY, "an earlier one", 1)).due()).isEmpty();
    assertThat(steps(true, job(Step.ADMIN_KEY, "an earlier one", 11)).due()).hasSize(1);
  }

  @Test
  void a_foreign_token_is_replaced_by_the_runners_own_but_not_again_and_again() {
    var told = new DatabaseSteps.Told(false, Set.of("default-0"), Map.of());
    var pod = runner(rendered());
    assertThat(steps(told).due()).as("without a pod").isEmpty();

    var due = steps(told, pod).due();
    assertThat(due)
        .extracting(Due::step, Due::subject)
        .containsExactly(tuple(Step.RUNNER_KEY, "default-0"));
    assertThat(steps(told, pod, job(Step.RUNNER_KEY, due.getFirst().occasion(), 1)).due())
        .hasSize(1);
    assertThat(steps(told, pod, job(Step.RUNNER_KEY, "default-0.0.earlier", 1)).due()).isEmpty();
    assertThat(steps(told, pod, job(Step.RUNNER_KEY, "default-0.0.earlier", 11)).due()).hasSize(1);
    assertThat(steps(told, pod, job(Step.RUNNER_KEY, "another-0.0.earlier", 1)).due()).hasSize(1);
  }

  @Test
  void a_runner_that_leaves_is_drained_once_and_no_more_when_it_stays_after_all() {
    var leaves = new RunnerPhase(RunnerPhase.Kind.RETIRING, NOW);
    state = state.withPhase("default-0", leaves);
    var told = new DatabaseSteps.Told(false, Set.of(), Map.of("default-0", NOW));
    var drain = steps(told).due().getFirst();
    assertThat(drain.step()).isEqualTo(Step.RUNNER_DRAIN);
    assertThat(drain.subject()).isEqualTo("default-0");

    state = state.withStepBegun(drain.step().id(), drain.occasion());
    assertThat(due()).as("it still leaves, and is empty").isEmpty();
    assertThat(steps(told).recorded(state)).isEqualTo(state);

    state = state.withPhase("default-0", new RunnerPhase(RunnerPhase.Kind.RETURNING, NOW));
    var undrain = due().getFirst();
    assertThat(undrain.step()).isEqualTo(Step.RUNNER_UNDRAIN);
    state = state.withStepDone(undrain.step().id(), undrain.occasion());
    state = steps(false).recorded(state);
    assertThat(due()).isEmpty();
    assertThat(state.occasions(Step.RUNNER_DRAIN.id())).isEmpty();
    assertThat(state.occasions(Step.RUNNER_UNDRAIN.id())).isEmpty();
  }

  @Test
  void what_was_done_for_a_runner_is_forgotten_with_it() {
    state = state.withStepDone(Step.RUNNER_DRAIN.id(), "gone-3.1700000000");

    assertThat(steps(false).recorded(state).occasions(Step.RUNNER_DRAIN.id())).isEmpty();
  }

  private static HasMetadata job(Step step, String occasion, int minutesAgo) {
    return new JobBuilder()
        .withNewMetadata()
        .addToLabels(Labels.STEP, step.id())
        .addToAnnotations(Annotations.OCCASION, occasion)
        .withCreationTimestamp(NOW.minus(Duration.ofMinutes(minutesAgo)).toString())
        .endMetadata()
        .build();
  }
}
