package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.UpgradeRecord;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.services.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** An upgrade is: expand the database, replace all API pods, contract the database. */
class DueStepsTest {

  private static final String OLD = "v0.189.0";
  private static final String NEW = "v0.190.0";
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  private static final UpgradeRecord UPGRADE = UpgradeRecord.begun(OLD, NEW, NOW);
  private static final String OCCASION = UPGRADE.occasion();
  private static final InstallationState AT_OLD = InstallationState.EMPTY.withVersion(OLD);
  private static final InstallationState EXPANDED =
      AT_OLD.withUpgrade(UPGRADE).withStepDone("migrate-pre-deploy", OCCASION);
  private static final InstallationState CONTRACTED =
      EXPANDED.withStepDone("migrate-post-deploy", OCCASION);

  private static final Predicate<ObjectKey> NOTHING = key -> false;
  private static final Predicate<ObjectKey> DUMPS =
      new ObjectKey("PersistentVolumeClaim", "ns", "dev-database-dump")::equals;

  private static Draft draft(String version, InstallationState state) {
    return draft(version, state, "{}");
  }

  private static Draft draft(String version, InstallationState state, String spec) {
    var planned = (VersionPlan.Result.Planned) VersionPlan.of(version, state, NOW);
    return Draft.of(
        new Owner("v1", "K", "ns", "dev", "uid", true),
        PlatformInputs.spec(spec),
        planned.plan(),
        new ClusterFacts("cluster.local", Optional.empty()),
        List.of(new RunnerIdentity("default", 0)));
  }

  private static Inputs inputs(Draft draft) {
    return draft.inputs(
        PlatformInputs.of("dev", "ns", "{}").credentials(), InstallationState.EMPTY);
  }

  private static ComponentState component(ComponentName name, boolean ready, String image) {
    return new ComponentState(
        name, 1, ready ? 1 : 0, image, ready ? Reason.Ready : Reason.Progressing, "");
  }

  private static List<Due> due(Draft draft, ComponentState... components) {
    return DueSteps.of(draft, inputs(draft), List.of(components), DUMPS).stream()
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
    var oldImage = image(before, Image.API);
    var newImage = image(after, Image.API);
    assertThat(oldImage).isNotEqualTo(newImage);

    assertThat(due(before, component(ComponentName.API, true, oldImage)))
        .containsExactly(
            new Due(Step.DATABASE_DUMP, OCCASION, true),
            new Due(Step.MIGRATE_PRE_DEPLOY, OCCASION, true),
            new Due(Step.MIGRATE_POST_DEPLOY, OCCASION, false));
    assertThat(post(after, component(ComponentName.API, true, oldImage))).isFalse();
    assertThat(post(after, component(ComponentName.API, false, newImage))).isFalse();
    assertThat(post(after)).isFalse();
    assertThat(post(after, component(ComponentName.API, true, newImage))).isTrue();
  }

  @Test
  void the_dump_waits_for_its_volume_and_the_database() {
    var draft = draft(NEW, AT_OLD);
    var ready = List.of(component(ComponentName.DATABASE, true, ""));
    var away = List.of(component(ComponentName.DATABASE, false, ""));

    assertThat(dump(draft, ready, NOTHING)).contains(false);
    assertThat(dump(draft, away, DUMPS)).contains(false);
    assertThat(dump(draft, ready, DUMPS)).contains(true);
  }

  @Test
  void an_external_database_is_not_dumped() {
    var external =
        "database: {type: External, external: {host: db.example.org,"
            + " credentialsSecretRef: {name: db}}}";

    assertThat(dump(draft(NEW, AT_OLD, external), List.of(), DUMPS)).isEmpty();
  }

  private static Optional<Boolean> dump(
      Draft draft, List<ComponentState> components, Predicate<ObjectKey> exists) {
    return DueSteps.of(draft, inputs(draft), components, exists).stream()
        .filter(due -> due.step() == Step.DATABASE_DUMP)
        .map(Due::mayStart)
        .findFirst();
  }

  @Test
  void it_has_arrived_when_proxy_and_gateway_run_the_new_version_too() {
    var draft = draft(NEW, CONTRACTED);
    var oldDraft = draft(OLD, AT_OLD);
    var proxy = component(ComponentName.PROXY, true, image(draft, Image.PROXY));
    var gateway = component(ComponentName.SSH_GATEWAY, true, image(draft, Image.SSH_GATEWAY));
    var oldProxy = component(ComponentName.PROXY, true, image(oldDraft, Image.PROXY));
    var awayGateway = component(ComponentName.SSH_GATEWAY, false, image(draft, Image.SSH_GATEWAY));

    assertThat(arrived(draft, proxy, gateway)).isTrue();
    assertThat(arrived(draft, proxy)).as("the gateway is off").isTrue();
    assertThat(arrived(draft, oldProxy, gateway)).isFalse();
    assertThat(arrived(draft, proxy, awayGateway)).isFalse();
    assertThat(arrived(draft)).isFalse();
    assertThat(arrived(draft(NEW, EXPANDED), proxy, gateway)).isFalse();
    assertThat(image(draft, Image.RUNNER)).isEqualTo(image(oldDraft, Image.RUNNER));
  }

  private static boolean arrived(Draft draft, ComponentState... components) {
    var steps =
        new StepRunner.Progress(
            List.of(new StepState(Step.MIGRATE_POST_DEPLOY, StepState.Stage.DONE, 0, "")),
            CONTRACTED,
            Optional.empty());
    return DueSteps.versionReached(draft, steps, inputs(draft), List.of(components));
  }

  private static String image(Draft draft, Image image) {
    return inputs(draft).images().get(image);
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
    assertThat(draft.stepInputs(credentials, AT_OLD).images())
        .isEqualTo(PlatformInputs.of("dev", "ns", "{}", NEW).images());
  }

  @Test
  void the_bucket_is_made_again_when_its_users_key_changes() {
    var draft = draft(OLD, AT_OLD);
    var bucket = DueSteps.of(draft, inputs(draft), List.of(), NOTHING).getFirst();

    assertThat(bucket.step()).isEqualTo(Step.BUCKET);
    assertThat(bucket.occasion()).isNotEmpty();
    assertThat(DueSteps.of(draft, inputs(draft), List.of(), NOTHING).getFirst()).isEqualTo(bucket);
  }
}
