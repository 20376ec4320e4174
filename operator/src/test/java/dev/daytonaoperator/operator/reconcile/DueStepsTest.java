package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.services.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An upgrade is: expand the database, replace all API pods, contract the database. */
class DueStepsTest {

  private static final String OLD = "v0.189.0";
  private static final String NEW = "v0.190.0";
  private static final InstallationState AT_OLD = InstallationState.EMPTY.withVersion(OLD);
  private static final InstallationState EXPANDED = AT_OLD.withStepDone("migrate-pre-deploy", NEW);

  private static Draft draft(String version, InstallationState state) {
    var planned = (VersionPlan.Result.Planned) VersionPlan.of(version, state);
    return Draft.of(
        new Owner("v1", "K", "ns", "dev", "uid", true),
        PlatformInputs.spec("{}"),
        planned.plan(),
        new ClusterFacts("cluster.local", Optional.empty()),
        List.of(new RunnerIdentity("default", 0)));
  }

  private static Inputs inputs(Draft draft) {
    return PlatformInputs.of("dev", "ns", "{}", draft.version().running());
  }

  private static ComponentState component(ComponentName name, boolean ready, String image) {
    return new ComponentState(
        name, 1, ready ? 1 : 0, image, ready ? Reason.Ready : Reason.Progressing, "");
  }

  private static List<Due> due(Draft draft, ComponentState... components) {
    return DueSteps.of(draft, inputs(draft), List.of(components)).stream()
        .filter(d -> d.step() != Step.BUCKET)
        .toList();
  }

  @Test
  void an_empty_database_is_filled_when_it_is_ready() {
    var draft = draft(OLD, InstallationState.EMPTY);

    assertThat(due(draft, component(ComponentName.DATABASE, false, "")))
        .containsExactly(new Due(Step.MIGRATE_INIT, OLD, false));
    assertThat(due(draft, component(ComponentName.DATABASE, true, "")))
        .containsExactly(new Due(Step.MIGRATE_INIT, OLD, true));
  }

  @Test
  void without_an_upgrade_nothing_is_due() {
    assertThat(due(draft(OLD, AT_OLD))).isEmpty();
  }

  @Test
  void contracting_waits_until_every_api_pod_is_of_the_new_version() {
    var before = draft(NEW, AT_OLD);
    var after = draft(NEW, EXPANDED);
    var oldImage = Pass.apiImage(inputs(before));
    var newImage = Pass.apiImage(inputs(after));
    assertThat(oldImage).isNotEqualTo(newImage);

    assertThat(due(before, component(ComponentName.API, true, oldImage)))
        .containsExactly(
            new Due(Step.MIGRATE_PRE_DEPLOY, NEW, true),
            new Due(Step.MIGRATE_POST_DEPLOY, NEW, false));
    assertThat(post(after, component(ComponentName.API, true, oldImage))).isFalse();
    assertThat(post(after, component(ComponentName.API, false, newImage))).isFalse();
    assertThat(post(after)).isFalse();
    assertThat(post(after, component(ComponentName.API, true, newImage))).isTrue();
  }

  private static boolean post(Draft draft, ComponentState... components) {
    return due(draft, components).getLast().mayStart();
  }

  @Test
  void steps_are_made_from_the_wanted_version_while_the_old_one_runs() {
    var draft = draft(NEW, AT_OLD);
    var credentials = inputs(draft).credentials();

    assertThat(draft.inputs(credentials, AT_OLD).progress().apiVersion()).isEqualTo(OLD);
    assertThat(draft.stepInputs(credentials, AT_OLD).progress().apiVersion()).isEqualTo(NEW);
    assertThat(Pass.apiImage(draft.stepInputs(credentials, AT_OLD)))
        .isEqualTo(Pass.apiImage(PlatformInputs.of("dev", "ns", "{}", NEW)));
  }

  @Test
  void the_bucket_is_made_again_when_its_users_key_changes() {
    var draft = draft(OLD, AT_OLD);
    var bucket = DueSteps.of(draft, inputs(draft), List.of()).getFirst();

    assertThat(bucket.step()).isEqualTo(Step.BUCKET);
    assertThat(bucket.occasion()).isNotEmpty();
    assertThat(DueSteps.of(draft, inputs(draft), List.of()).getFirst()).isEqualTo(bucket);
  }
}
