package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The quotas of the administrator's organisation follow the spec, and no other's. */
@Timeout(60)
class AdminQuotasTest {

  private static final String KEY = "the-admin-key";
  private static final String IMAGE = "daytonaio/sandbox:v1";
  private static final OrganisationQuota WANTED =
      new OrganisationQuota(100, 200, 500, 16, 32, 100, 90, 80, 70);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FakeDaytona daytona = FakeDaytona.at(() -> now, Timing.real());
  private final DaytonaClient client =
      new DaytonaClient(Duration.ofSeconds(3), Duration.ofSeconds(3));
  private final DaytonaAdmin admin =
      new DaytonaAdmin(client, daytona.url(), () -> Optional.of(new CredentialValue(KEY)));
  private AdminQuotas quotas = new AdminQuotas(() -> now, Optional.empty());

  private void start(boolean enforced) {
    daytona.start(Environment.of(KEY, "the-health-key", IMAGE).withRegion("us", enforced));
  }

  private static AdminQuotas.Wish wish(boolean enforced, OrganisationQuota quota) {
    return new AdminQuotas.Wish(IMAGE, "us", enforced, quota);
  }

  private String own() {
    return daytona.rows().adminOrganisation();
  }

  private Optional<Answer> step(AdminQuotas.Wish wish) throws NoAnswerException {
    now = now.plusSeconds(15);
    daytona.forgetCalls();
    var answer = quotas.step(admin, wish, true);
    assertThat(daytona.calls()).hasSizeLessThanOrEqualTo(2);
    return answer;
  }

  private void steps(AdminQuotas.Wish wish) throws NoAnswerException {
    for (int i = 0; i < 5; i++) {
      assertThat(step(wish)).isEmpty();
    }
  }

  @AfterEach
  void close() {
    daytona.close();
  }

  @Test
  void the_spec_says_what_is_wanted() {
    var wish =
        AdminQuotas.Wish.of(
            PlatformInputs.of(
                """
                sandboxes:
                  defaultSnapshot: daytonaio/sandbox:v1
                  defaultRegion: {id: us, name: us, quotas: Enforced}
                  adminQuotas: {totalCpu: 7, volumes: 3}
                """));
    assertThat(wish.enforced()).isTrue();
    assertThat(wish.snapshot()).isEqualTo(IMAGE);
    assertThat(wish.quota().totalCpu()).isEqualTo(7);
    assertThat(wish.quota().volumes()).isEqualTo(3);
    assertThat(wish.quota().maxCpuPerSandbox()).isEqualTo(16);
  }

  @Test
  void limits_and_totals_are_set_once() throws Exception {
    start(true);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    steps(wish(true, WANTED));
    assertThat(daytona.rows().limits(own()))
        .containsEntry("maxCpuPerSandbox", 16.0)
        .containsEntry("snapshotQuota", 90.0);
    assertThat(daytona.rows().totals(own(), "us")).containsEntry("totalCpuQuota", 100.0);
    assertThat(quotas.served()).contains(WANTED);
    assertThat(step(wish(true, WANTED))).isEmpty();
    assertThat(daytona.calls()).isEmpty();
  }

  @Test
  void totals_that_hold_are_not_set_again() throws Exception {
    start(true);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    var same = new OrganisationQuota(10, 10, 30, 16, 32, 100, 90, 80, 70);
    quotas = new AdminQuotas(() -> now, Optional.of(same));
    for (int i = 0; i < 5; i++) {
      assertThat(step(wish(true, same))).isEmpty();
      assertThat(daytona.calls()).noneMatch(c -> c.method().equals("PATCH"));
    }
    assertThat(daytona.rows().limits(own())).containsEntry("maxCpuPerSandbox", 4.0);
  }

  @Test
  void where_totals_do_not_hold_only_limits_are_set() throws Exception {
    start(false);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    steps(wish(false, WANTED));
    assertThat(daytona.rows().limits(own())).containsEntry("volumeQuota", 70.0);
    assertThat(daytona.rows().totals(own(), "us")).isEmpty();
  }

  @Test
  void a_change_of_the_spec_is_one_change_there() throws Exception {
    start(false);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    steps(wish(false, WANTED));
    var more = new OrganisationQuota(100, 200, 500, 17, 32, 100, 90, 80, 70);
    assertThat(step(wish(false, more))).isEmpty();
    assertThat(daytona.calls()).hasSize(1);
    assertThat(daytona.rows().limits(own())).containsEntry("maxCpuPerSandbox", 17.0);
  }

  @Test
  void another_organisation_with_a_general_snapshot_of_that_name_is_left_alone() throws Exception {
    start(false);
    daytona.rows().logIn("somebody", "Somebody", "s@example.com");
    var theirs = daytona.rows().users().getLast().organisation();
    daytona.rows().addSnapshot(theirs, IMAGE, "active", true);
    var before = daytona.rows().limits(theirs);
    for (int i = 0; i < 100; i++) {
      assertThat(step(wish(false, WANTED))).isEmpty();
    }
    assertThat(daytona.rows().limits(theirs)).isEqualTo(before);
    assertThat(quotas.served()).isEmpty();
  }

  @Test
  void without_a_snapshot_it_waits() throws Exception {
    start(false);
    for (int i = 0; i < 20; i++) {
      assertThat(step(wish(false, WANTED))).isEmpty();
    }
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    for (int i = 0; i < 4 * 10; i++) {
      assertThat(step(wish(false, WANTED))).isEmpty();
    }
    assertThat(quotas.served()).contains(WANTED);
  }

  @Test
  void a_refusal_is_told_and_heals() throws Exception {
    start(false);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    daytona.faults().answer(500, line -> line.startsWith("PATCH"));
    assertThat(step(wish(false, WANTED))).isEmpty();
    var told = step(wish(false, WANTED));
    assertThat(told).hasValueSatisfying(a -> assertThat(a.message()).contains("(500)"));
    assertThat(step(wish(false, WANTED))).isEqualTo(told);
    assertThat(daytona.calls()).as("waits").isEmpty();
    daytona.faults().heal();
    now = now.plusSeconds(60);
    assertThat(step(wish(false, WANTED))).isEmpty();
    assertThat(quotas.served()).contains(WANTED);
    daytona.stop();
    var more = wish(false, new OrganisationQuota(1, 1, 1, 1, 1, 1, 1, 1, 1));
    assertThatThrownBy(() -> step(more)).isInstanceOf(NoAnswerException.class);
  }

  @Test
  void a_paused_installation_is_told_nothing() throws Exception {
    start(false);
    daytona.rows().addSnapshot(own(), IMAGE, "active", true);
    assertThat(quotas.step(admin, wish(false, WANTED), false)).isEmpty();
    assertThat(daytona.calls()).isEmpty();
  }
}
