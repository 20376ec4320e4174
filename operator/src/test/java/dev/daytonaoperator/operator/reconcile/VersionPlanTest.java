package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.reconcile.VersionPlan.Result;
import dev.daytonaoperator.operator.state.InstallationState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which version runs on the way from one to another, and where the way ends. */
class VersionPlanTest {

  private static final String OLD = "v0.189.0";
  private static final String NEW = "v0.190.0";
  private static final InstallationState AT_OLD = InstallationState.EMPTY.withVersion(OLD);
  private static final InstallationState EXPANDED = AT_OLD.withStepDone("migrate-pre-deploy", NEW);
  private static final InstallationState CONTRACTING =
      EXPANDED.withStepBegun("migrate-post-deploy", NEW);
  private static final InstallationState AT_NEW =
      CONTRACTING.withStepDone("migrate-post-deploy", NEW).withVersion(NEW);

  private static VersionPlan plan(@Nullable String specified, InstallationState state) {
    var result = VersionPlan.of(specified, state);
    if (result instanceof Result.Planned planned) {
      return planned.plan();
    }
    throw new AssertionError("refused: " + result);
  }

  private static Reason refused(String specified, InstallationState state) {
    var result = VersionPlan.of(specified, state);
    if (result instanceof Result.Refused refused) {
      assertThat(refused.problem().stalls()).isTrue();
      assertThat(refused.problem().message()).contains(specified);
      return refused.problem().reason();
    }
    throw new AssertionError("planned: " + result);
  }

  @Test
  void an_empty_database_gets_what_is_asked_for_or_the_default() {
    assertThat(plan(null, InstallationState.EMPTY))
        .isEqualTo(new VersionPlan(OLD, Optional.empty(), OLD));
    assertThat(plan(NEW, InstallationState.EMPTY))
        .isEqualTo(new VersionPlan(NEW, Optional.empty(), NEW));
  }

  @Test
  void without_a_wish_what_runs_goes_on() {
    assertThat(plan(null, AT_NEW)).isEqualTo(new VersionPlan(NEW, Optional.of(NEW), NEW));
    assertThat(plan(null, AT_NEW).upgrading()).isFalse();
  }

  @Test
  void on_an_upgrade_the_old_version_runs_until_the_database_has_expanded() {
    assertThat(plan(NEW, AT_OLD)).isEqualTo(new VersionPlan(NEW, Optional.of(OLD), OLD));
    assertThat(plan(NEW, AT_OLD).upgrading()).isTrue();
    assertThat(plan(NEW, EXPANDED)).isEqualTo(new VersionPlan(NEW, Optional.of(OLD), NEW));
    assertThat(plan(NEW, CONTRACTING)).isEqualTo(new VersionPlan(NEW, Optional.of(OLD), NEW));
    assertThat(plan(NEW, AT_NEW)).isEqualTo(new VersionPlan(NEW, Optional.of(NEW), NEW));
  }

  @Test
  void going_back_is_allowed_until_contracting_has_begun() {
    assertThat(plan(OLD, EXPANDED)).isEqualTo(new VersionPlan(OLD, Optional.of(OLD), OLD));
    assertThat(refused(OLD, CONTRACTING)).isEqualTo(Reason.DowngradeRefused);
    assertThat(refused(OLD, AT_NEW)).isEqualTo(Reason.DowngradeRefused);
  }

  @Test
  void a_version_that_is_not_in_the_catalogue_is_refused() {
    assertThat(refused("v9.9.9", AT_OLD)).isEqualTo(Reason.UnknownVersion);
    assertThat(refused("latest", InstallationState.EMPTY)).isEqualTo(Reason.UnknownVersion);
  }

  @Test
  void what_only_a_newer_operator_knows_is_newer() {
    var future = InstallationState.EMPTY.withVersion("v9.9.9");
    assertThat(refused(NEW, future)).isEqualTo(Reason.DowngradeRefused);
  }
}
