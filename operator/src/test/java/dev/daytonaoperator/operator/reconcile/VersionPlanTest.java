package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.reconcile.VersionPlan.Result;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.UpgradeRecord;
import dev.daytonaoperator.services.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which version runs on the way from one to another, and where the way ends. */
class VersionPlanTest {

  private static final String OLD = "v0.189.0";
  private static final String NEW = "v0.190.0";
  private static final String NEWER = "v0.191.0";
  private static final List<String> KNOWN = List.of(OLD, NEW, NEWER);
  private static final Instant BEGIN = Instant.parse("2026-03-01T10:20:30.456Z");
  private static final Instant LATER = BEGIN.plusSeconds(60);
  private static final UpgradeRecord UPGRADE = new UpgradeRecord(OLD, NEW, "2026-03-01T10:20:30Z");
  private static final String OCCASION = "v0.190.0_20260301T102030Z";

  private static final InstallationState AT_OLD = InstallationState.EMPTY.withVersion(OLD);
  private static final InstallationState BEGUN = AT_OLD.withUpgrade(UPGRADE);
  private static final InstallationState EXPANDED =
      BEGUN.withStepDone("migrate-pre-deploy", OCCASION);
  private static final InstallationState CONTRACTING =
      EXPANDED.withStepBegun("migrate-post-deploy", OCCASION);
  private static final InstallationState CONTRACTED =
      CONTRACTING.withStepDone("migrate-post-deploy", OCCASION);
  private static final InstallationState AT_NEW = CONTRACTED.withVersion(NEW).withoutUpgrade();

  private static Result.Planned planned(
      @Nullable String specified, InstallationState state, Instant now) {
    var result = VersionPlan.of(specified, state, now, KNOWN);
    if (result instanceof Result.Planned planned) {
      return planned;
    }
    throw new AssertionError("refused: " + result);
  }

  private static VersionPlan plan(@Nullable String specified, InstallationState state) {
    return planned(specified, state, LATER).plan();
  }

  private static Versions running(@Nullable String specified, InstallationState state) {
    return plan(specified, state).running();
  }

  private static String refusal(String specified, InstallationState state, Reason reason) {
    var result = VersionPlan.of(specified, state, LATER, KNOWN);
    if (result instanceof Result.Refused refused) {
      assertThat(refused.problem().stalls()).isTrue();
      assertThat(refused.problem().message()).contains(specified);
      assertThat(refused.problem().reason()).isEqualTo(reason);
      return refused.problem().message();
    }
    throw new AssertionError("planned: " + result);
  }

  @Test
  void an_empty_database_gets_what_is_asked_for_or_the_default() {
    assertThat(plan(null, InstallationState.EMPTY).wanted()).isEqualTo(OLD);
    assertThat(running(null, InstallationState.EMPTY)).isEqualTo(Versions.all(OLD));
    assertThat(running(NEW, InstallationState.EMPTY)).isEqualTo(Versions.all(NEW));
    assertThat(plan(NEW, InstallationState.EMPTY).upgrading()).isFalse();
  }

  @Test
  void without_a_wish_what_runs_goes_on() {
    assertThat(running(null, AT_NEW)).isEqualTo(Versions.all(NEW));
    assertThat(plan(null, AT_NEW).upgrading()).isFalse();
  }

  @Test
  void without_a_wish_an_upgrade_goes_on() {
    assertThat(plan(null, EXPANDED).wanted()).isEqualTo(NEW);
    assertThat(running(null, EXPANDED)).isEqualTo(new Versions(NEW, OLD, OLD));
  }

  @Test
  void an_upgrade_begins_once() {
    var begun = planned(NEW, AT_OLD, BEGIN);
    assertThat(begun.state().upgrade()).contains(UPGRADE);
    assertThat(begun.plan().occasion()).isEqualTo(OCCASION);

    assertThat(planned(NEW, begun.state(), LATER).state()).isEqualTo(begun.state());
  }

  @Test
  void the_api_follows_the_expansion_and_the_edge_the_contraction_and_runners_the_end() {
    assertThat(running(NEW, AT_OLD)).isEqualTo(Versions.all(OLD));
    assertThat(running(NEW, BEGUN)).isEqualTo(Versions.all(OLD));
    assertThat(running(NEW, EXPANDED)).isEqualTo(new Versions(NEW, OLD, OLD));
    assertThat(running(NEW, CONTRACTING)).isEqualTo(new Versions(NEW, OLD, OLD));
    assertThat(running(NEW, CONTRACTED)).isEqualTo(new Versions(NEW, NEW, OLD));
    assertThat(running(NEW, AT_NEW)).isEqualTo(Versions.all(NEW));
    assertThat(plan(NEW, AT_NEW).upgrading()).isFalse();
  }

  @Test
  void going_back_is_allowed_until_contracting_has_begun() {
    assertThat(running(OLD, EXPANDED)).isEqualTo(Versions.all(OLD));
    assertThat(planned(OLD, EXPANDED, LATER).state().upgrade()).isEmpty();
    assertThat(refusal(OLD, CONTRACTING, Reason.DowngradeRefused)).contains("dump", NEW);
    assertThat(refusal(OLD, CONTRACTED, Reason.DowngradeRefused)).contains(NEW);
    assertThat(refusal(OLD, AT_NEW, Reason.DowngradeRefused)).contains(NEW);
  }

  @Test
  void an_upgrade_after_one_that_was_given_up_does_every_step_anew() {
    var back = planned(OLD, EXPANDED, LATER).state();
    var again = planned(NEW, back, LATER);

    assertThat(again.plan().occasion()).isNotEqualTo(OCCASION);
    assertThat(again.plan().running()).isEqualTo(Versions.all(OLD));
  }

  @Test
  void after_a_restored_dump_the_way_is_free_again() {
    var restored = AT_NEW.withVersion(OLD);

    assertThat(running(OLD, restored)).isEqualTo(Versions.all(OLD));
    assertThat(running(NEW, restored)).isEqualTo(Versions.all(OLD));
  }

  @Test
  void a_newer_target_waits_for_the_end_of_the_upgrade_under_way() {
    for (var state : List.of(BEGUN, EXPANDED, CONTRACTING, CONTRACTED)) {
      var plan = plan(NEWER, state);
      assertThat(plan.wanted()).isEqualTo(NEW);
      assertThat(plan.next()).contains(NEWER);
      assertThat(plan.occasion()).isEqualTo(OCCASION);
      assertThat(plan.running()).isEqualTo(running(NEW, state));
    }
    var after = planned(NEWER, AT_NEW, LATER);
    assertThat(after.plan().current()).contains(NEW);
    assertThat(after.plan().wanted()).isEqualTo(NEWER);
    assertThat(after.plan().next()).isEqualTo(Optional.empty());
  }

  @Test
  void an_older_target_than_the_one_under_way_goes_back_first() {
    var toNewer = AT_OLD.withUpgrade(UpgradeRecord.begun(OLD, NEWER, BEGIN));

    assertThat(refusal(NEW, toNewer, Reason.DowngradeRefused)).contains(NEWER, "back to " + OLD);
  }

  @Test
  void a_version_that_is_not_in_the_catalogue_is_refused() {
    refusal("v9.9.9", AT_OLD, Reason.UnknownVersion);
    refusal("latest", InstallationState.EMPTY, Reason.UnknownVersion);
  }

  @Test
  void what_only_a_newer_operator_knows_is_newer() {
    refusal(NEW, InstallationState.EMPTY.withVersion("v9.9.9"), Reason.DowngradeRefused);
  }
}
