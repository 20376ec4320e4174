package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Refused;
import dev.daytonaoperator.operator.platform.Reply.Success;
import dev.daytonaoperator.testing.daytona.Call;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Timing;
import dev.daytonaoperator.testing.daytona.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each call, each answer, and each way in which there is none. */
@Timeout(60)
class DaytonaAdminTest {

  private static final String KEY = "the-admin-key";
  private static final String IMAGE = "daytonaio/sandbox:v1";
  private static final CredentialValue TOKEN = new CredentialValue("the-runner-token");
  private static final OrganisationQuota QUOTA = new OrganisationQuota(1, 2, 3, 4, 5, 6, 7, 8, 9);

  private final AtomicReference<Optional<CredentialValue>> key =
      new AtomicReference<>(Optional.of(new CredentialValue(KEY)));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FakeDaytona daytona = FakeDaytona.at(() -> now, Timing.real());
  private final DaytonaClient client =
      new DaytonaClient(Duration.ofSeconds(3), Duration.ofSeconds(20));
  private final DaytonaAdmin admin = new DaytonaAdmin(client, daytona.url(), key::get);

  @BeforeEach
  void start() {
    daytona.start(
        Environment.of(KEY, "the-health-key", IMAGE).withDefaultRunner("first", "token-1"));
  }

  @AfterEach
  void close() {
    daytona.close();
  }

  private static <T> T done(Reply<T> reply) {
    assertThat(reply).isInstanceOf(Success.class);
    return ((Success<T>) reply).value();
  }

  private static <T> Refused<T> refused(Reply<T> reply) {
    assertThat(reply).isInstanceOf(Refused.class);
    return (Refused<T>) reply;
  }

  @Test
  void a_runner_is_listed_with_all_that_is_known() throws Exception {
    daytona.heartbeat("token-1", Usage.idle().withDisk(60).withStartedSandboxes(3));
    var row = done(admin.runners("us")).getFirst();
    assertThat(row.name()).isEqualTo("first");
    assertThat(row.region()).isEqualTo("us");
    assertThat(row.ready()).isTrue();
    assertThat(row.unschedulable()).isFalse();
    assertThat(row.appVersion()).isEqualTo("v0.190.0");
    assertThat(row.score()).isBetween(30.0, 80.0);
    assertThat(row.cpuPercent()).isEqualTo(5);
    assertThat(row.memoryPercent()).isEqualTo(20);
    assertThat(row.diskPercent()).isEqualTo(60);
    assertThat(row.startedSandboxes()).isEqualTo(3);
    assertThat(row.gpus()).isZero();
    assertThat(row.lastChecked()).contains(now);
    assertThat(row.createdAt()).contains(now);
    assertThat(row.token()).isEqualTo(new CredentialValue("token-1"));
    assertThat(row.toString()).doesNotContain("token-1");
    assertThat(done(admin.runners("eu"))).isEmpty();
  }

  @Test
  void a_row_before_its_first_report_is_empty_where_nothing_is_known() throws Exception {
    var row = done(admin.runners("us")).getFirst();
    assertThat(row.state()).isEqualTo("initializing");
    assertThat(row.score()).isZero();
    assertThat(row.lastChecked()).isEmpty();
  }

  @Test
  void the_life_of_a_runner_row() throws Exception {
    var created = admin.createRunner("us", "second", TOKEN);
    assertThat(created).isInstanceOf(RunnerCreation.Created.class);
    var id = ((RunnerCreation.Created) created).id();
    assertThat(daytona.rows().runner("second").orElseThrow().token()).isEqualTo(TOKEN.reveal());
    assertThat(admin.createRunner("us", "second", TOKEN)).isEqualTo(new RunnerCreation.NameTaken());
    assertThat(admin.createRunner("eu", "second", TOKEN))
        .isEqualTo(new RunnerCreation.Refused(404, "Region not found"));

    assertThat(admin.deleteRunner(id)).isInstanceOf(RunnerDeletion.Busy.class);
    assertThat(admin.setUnschedulable(id, true)).isEmpty();
    var sandboxes = daytona.rows().placeSandboxes("second", 1);
    assertThat(admin.deleteRunner(id))
        .isEqualTo(
            new RunnerDeletion.Busy("Cannot delete runner which has sandboxes associated with it"));
    daytona.rows().setSandboxState(sandboxes, "destroyed");
    assertThat(admin.deleteRunner(id)).isEqualTo(new RunnerDeletion.Deleted());
    assertThat(admin.deleteRunner(id)).as("again").isEqualTo(new RunnerDeletion.Deleted());
    assertThat(admin.setUnschedulable(id, false))
        .hasValueSatisfying(r -> assertThat(r.status()).isEqualTo(404));
  }

  @Test
  void the_life_of_a_snapshot() throws Exception {
    assertThat(done(admin.snapshots(IMAGE))).isEmpty();
    var created = done(admin.createSnapshot(IMAGE, IMAGE));
    assertThat(created.organisation()).isEqualTo(daytona.rows().adminOrganisation());
    assertThat(created.general()).isFalse();
    assertThat(refused(admin.createSnapshot(IMAGE, IMAGE)).nameTaken()).isTrue();
    assertThat(refused(admin.createSnapshot("x", "ubuntu:latest")).message())
        .isEqualTo("Images with tag \":latest\" are not allowed (400)");
    assertThat(done(admin.setGeneral(created.id(), true)).general()).isTrue();
    assertThat(admin.deleteSnapshot(created.id()))
        .hasValueSatisfying(r -> assertThat(r.words()).contains("general snapshot"));
    assertThat(refused(admin.activate(created.id())).words()).contains("pending state");

    daytona.rows().setSnapshotState(created.id(), "inactive");
    assertThat(refused(admin.activate(created.id())).words()).contains("still in progress");
    now = now.plus(Duration.ofMinutes(10));
    assertThat(done(admin.activate(created.id())).state()).isEqualTo("pending");

    assertThat(done(admin.setGeneral(created.id(), false)).general()).isFalse();
    assertThat(admin.deleteSnapshot(created.id())).isEmpty();
    assertThat(done(admin.snapshots(IMAGE)).getFirst().state()).isEqualTo("removing");
    now = now.plusSeconds(10);
    daytona.sweep();
    assertThat(admin.deleteSnapshot(created.id())).as("again").isEmpty();
  }

  @Test
  void a_snapshot_is_found_by_its_whole_name() throws Exception {
    var own = daytona.rows().adminOrganisation();
    daytona.rows().addSnapshot(own, IMAGE + "-slim", "active", false);
    daytona.rows().addSnapshot("other", IMAGE, "error", true);
    daytona.rows().addSnapshot(own, IMAGE, "active", true);
    assertThat(done(admin.snapshots(IMAGE)))
        .extracting(SnapshotRow::name)
        .containsExactly(IMAGE, IMAGE);
  }

  @Test
  void users_are_found_and_made() throws Exception {
    var id = "CgtkZXYgdXNlci8rPRIFbG9jYWw";
    assertThat(done(admin.user(id))).isEmpty();
    var user =
        new NewUser(id, "dev", "dev@example.com", NewUser.Role.ADMIN, "us", true, Optional.empty());
    assertThat(done(admin.createUser(user))).isEqualTo(id);
    assertThat(done(admin.user(id))).contains(new UserRow(id, "dev", "dev@example.com"));
    assertThat(done(admin.users())).extracting(UserRow::id).contains("daytona-admin", id);
    var view = daytona.rows().users().getLast();
    assertThat(view.role()).isEqualTo("admin");
    assertThat(view.emailVerified()).isTrue();
    assertThat(view.defaultRegion()).contains("us");
    assertThat(refused(admin.createUser(user)).status()).isEqualTo(403);
  }

  @Test
  void an_id_may_hold_any_character() throws Exception {
    var id = "auth0|a b/c+d=%25";
    var user =
        new NewUser(id, "a", "a@example.com", NewUser.Role.USER, "us", true, Optional.of(QUOTA));
    assertThat(done(admin.createUser(user))).isEqualTo(id);
    assertThat(done(admin.user(id)).orElseThrow().id()).isEqualTo(id);
    var organisation = daytona.rows().users().getLast().organisation();
    assertThat(daytona.rows().limits(organisation))
        .containsEntry("maxCpuPerSandbox", 4.0)
        .containsEntry("volumeQuota", 9.0)
        .doesNotContainKey("totalCpuQuota");
  }

  @Test
  void quotas_are_read_and_changed() throws Exception {
    var organisation = daytona.rows().adminOrganisation();
    assertThat(done(admin.regionQuota(organisation, "us"))).as("not enforced").isEmpty();
    assertThat(admin.setRegionQuota(organisation, "us", QUOTA))
        .hasValueSatisfying(r -> assertThat(r.status()).isEqualTo(404));
    assertThat(admin.setOrganisationQuota(organisation, QUOTA)).isEmpty();
    assertThat(daytona.rows().limits(organisation)).containsEntry("maxSnapshotSize", 8.0);

    try (var strict = FakeDaytona.at(() -> now, Timing.real())) {
      strict.start(Environment.of(KEY, "h", IMAGE).withRegion("eu", true));
      var there = new DaytonaAdmin(new DaytonaClient(), strict.url(), key::get);
      var own = strict.rows().adminOrganisation();
      assertThat(done(there.regionQuota(own, "eu"))).contains(new RegionQuota(10, 10, 30));
      assertThat(there.setRegionQuota(own, "eu", QUOTA)).isEmpty();
      assertThat(done(there.regionQuota(own, "eu"))).contains(new RegionQuota(1, 2, 3));
    }
  }

  @Test
  void a_wrong_key_is_a_refusal_and_no_key_makes_no_call() throws Exception {
    key.set(Optional.of(new CredentialValue("another-key")));
    assertThat(refused(admin.runners("us")).unauthorised()).isTrue();
    assertThat(admin.deleteRunner("00000000-0000-0000-0000-000000000000"))
        .isEqualTo(new RunnerDeletion.Refused(401, "Unauthorized"));
    daytona.forgetCalls();
    key.set(Optional.empty());
    assertThatThrownBy(() -> admin.runners("us"))
        .isInstanceOf(NoAnswerException.class)
        .hasMessageContaining("administrator's key");
    assertThat(daytona.calls()).isEmpty();
  }

  @Test
  void what_the_api_quotes_of_a_credential_is_hidden() throws Exception {
    daytona
        .faults()
        .answer(
            400, "duplicate key " + TOKEN.reveal() + " of " + KEY + " x".repeat(500), l -> true);
    var refusal = (RunnerCreation.Refused) admin.createRunner("us", "second", TOKEN);
    assertThat(refusal.words())
        .startsWith("duplicate key (hidden) of (hidden)")
        .hasSizeLessThan(310);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Please log in</html>",
        "",
        "null",
        "{}",
        "\"runners\"",
        "[1]",
        "[{\"name\":\"b\"}]",
        "[{\"id\":\"a\",\"name\":\"b\"}, {\"id\":3,\"name\":\"c\"}]",
        "[{\"id\":\"a\",\"name\":\"b\"},"
      })
  void a_garbled_list_is_not_taken_for_missing_rows(String body) throws Exception {
    daytona.faults().say(body, line -> true);
    assertThat(refused(admin.runners("us")).words())
        .isEqualTo("the API's answer is not understood");
    assertThat(refused(admin.snapshots(IMAGE)).status()).isEqualTo(200);
    assertThat(refused(admin.users()).status()).isEqualTo(200);
    assertThat(refused(admin.user("a")).status()).isEqualTo(200);
    assertThat(refused(admin.createSnapshot(IMAGE, IMAGE)).status()).isEqualTo(200);
    assertThat(admin.createRunner("us", "x", TOKEN)).isInstanceOf(RunnerCreation.Refused.class);
  }

  @Test
  void members_of_a_wrong_type_are_empty() throws Exception {
    daytona
        .faults()
        .say(
            """
            [{"id":"a","name":"b","state":4,"unschedulable":"yes","availabilityScore":"80",
              "currentStartedSandboxes":null,"lastChecked":"yesterday","apiKey":{}}]
            """,
            line -> true);
    var row = done(admin.runners("us")).getFirst();
    assertThat(row.state()).isEmpty();
    assertThat(row.unschedulable()).isFalse();
    assertThat(row.score()).isZero();
    assertThat(row.lastChecked()).isEmpty();
    assertThat(row.token()).isEqualTo(new CredentialValue(""));
  }

  @Test
  void a_broken_api_is_a_refusal() throws Exception {
    daytona.faults().answer(500, line -> true);
    assertThat(refused(admin.runners("us")).status()).isEqualTo(500);
    assertThat(admin.setUnschedulable("a", true)).isPresent();
    assertThat(admin.deleteRunner("a")).isInstanceOf(RunnerDeletion.Refused.class);
    daytona.dependencies(false);
    daytona.faults().heal();
    assertThat(refused(admin.users()).words()).isEqualTo("An unexpected error occurred.");
  }

  @Test
  void nobody_there_is_no_answer() {
    daytona.stop();
    assertThatThrownBy(() -> admin.runners("us"))
        .isInstanceOf(NoAnswerException.class)
        .hasMessageContaining("127.0.0.1")
        .hasMessageNotContaining(KEY);
  }

  @Test
  void a_hanging_api_is_no_answer_after_its_limit() {
    daytona.faults().hang(line -> true);
    noAnswerInTime();
  }

  @Test
  void a_body_that_never_ends_is_no_answer_either() {
    daytona.faults().trickle(line -> true);
    noAnswerInTime();
  }

  private void noAnswerInTime() {
    var before = Instant.now();
    assertThatThrownBy(() -> admin.runners("us"))
        .isInstanceOf(NoAnswerException.class)
        .hasMessageContaining("within 3 s");
    assertThat(Duration.between(before, Instant.now()))
        .isBetween(Duration.ofMillis(2900), Duration.ofSeconds(10));
    assertThat(daytona.calls()).hasSize(1);
  }

  @Test
  void a_slow_api_is_waited_for_where_it_may_be_slow() throws Exception {
    daytona.faults().slow(Duration.ofSeconds(4), line -> true);
    assertThatThrownBy(() -> admin.users()).isInstanceOf(NoAnswerException.class);
    assertThat(done(admin.createSnapshot(IMAGE, IMAGE)).name()).isEqualTo(IMAGE);
  }

  @Test
  void a_read_is_repeated_once_and_a_change_never() {
    daytona.faults().loseAnswers(line -> true);
    assertThatThrownBy(() -> admin.runners("us")).isInstanceOf(NoAnswerException.class);
    assertThat(daytona.calls()).hasSizeBetween(2, 4); // the JDK's client repeats reads itself, too
    daytona.forgetCalls();
    assertThatThrownBy(() -> admin.createRunner("us", "second", TOKEN))
        .isInstanceOf(NoAnswerException.class);
    assertThat(daytona.calls()).extracting(Call::line).containsExactly("POST /admin/runners");
    assertThat(daytona.rows().tokensEver()).isEqualTo(List.of("token-1", TOKEN.reveal()));
  }

  @Test
  void after_a_restart_the_same_client_goes_on() throws Exception {
    assertThat(done(admin.runners("us"))).hasSize(1);
    daytona.restart();
    assertThat(done(admin.runners("us"))).hasSize(1);
  }

  @Test
  void an_answer_without_end_is_none() {
    daytona.faults().say("[\"" + "x".repeat(5 << 20) + "\"]", line -> true);
    assertThatThrownBy(() -> admin.runners("us"))
        .isInstanceOf(NoAnswerException.class)
        .hasMessageContaining("capacity");
  }
}
