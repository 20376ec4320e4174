package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Success;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import dev.daytonaoperator.testing.daytona.Call;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Rows.SnapshotView;
import dev.daytonaoperator.testing.daytona.Timing;
import dev.daytonaoperator.testing.daytona.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The default snapshot, from its absence to its use; a poll every 15 seconds, as in production. */
@Timeout(60)
class SnapshotKeeperTest {

  private static final String KEY = "the-admin-key";
  private static final String IMAGE = "daytonaio/sandbox:v1";
  private static final SnapshotWish WISH = new SnapshotWish(IMAGE, "us", 30, 75, 75);
  private static final Environment ENVIRONMENT = Environment.of(KEY, "the-health-key", IMAGE);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FakeDaytona daytona = FakeDaytona.at(() -> now, Timing.real());
  private final DaytonaClient client =
      new DaytonaClient(Duration.ofSeconds(3), Duration.ofSeconds(3));
  private final DaytonaAdmin admin =
      new DaytonaAdmin(client, daytona.url(), () -> Optional.of(new CredentialValue(KEY)));
  private SnapshotKeeper keeper = new SnapshotKeeper(() -> now);
  private Optional<Usage> report = Optional.of(Usage.idle());

  @AfterEach
  void close() {
    daytona.close();
  }

  /** Without a runner at its first start Daytona makes no snapshot; the runner comes later. */
  private void unseeded() {
    daytona.start(ENVIRONMENT);
    daytona.sweep();
    assertThat(daytona.rows().seedingRefused()).isPresent();
    daytona.rows().addRunner("us", "default-0", "token");
  }

  private Answer poll(boolean acting) throws NoAnswerException {
    now = now.plusSeconds(15);
    report.ifPresent(usage -> daytona.heartbeat("token", usage));
    daytona.sweep();
    var rows = ((Success<List<RunnerRow>>) admin.runners("us")).value();
    var memory = new FleetMemory();
    var fleet =
        FleetView.of(
            now, rows.stream().map(row -> memory.look(row, true, new Cliff(75, 75), now)).toList());
    daytona.forgetCalls();
    var answer = keeper.step(admin, WISH, fleet, acting);
    assertThat(daytona.calls()).hasSizeLessThanOrEqualTo(2);
    return answer;
  }

  private Answer poll() throws NoAnswerException {
    return poll(true);
  }

  private Answer polls(Duration time) throws NoAnswerException {
    var answer = poll();
    for (var until = now.plus(time).minusSeconds(15); now.isBefore(until); ) {
      answer = poll();
    }
    return answer;
  }

  private SnapshotView only() {
    assertThat(daytona.rows().snapshots()).hasSize(1);
    return daytona.rows().snapshots().getFirst();
  }

  private static void told(Answer answer, Verdict verdict, String... words) {
    assertThat(answer.message()).contains(words).doesNotContain(KEY);
    assertThat(answer.verdict()).as(answer.message()).isEqualTo(verdict);
  }

  @Test
  void what_daytona_makes_itself_is_only_looked_at() throws Exception {
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    told(poll(), Verdict.BAD, "'" + IMAGE + "' is pulling");
    told(poll(), Verdict.GOOD, "active");
    assertThat(daytona.calls()).extracting(Call::line).containsExactly("GET /snapshots");
  }

  @Test
  void what_it_does_not_make_is_made_after_ninety_seconds() throws Exception {
    unseeded();
    told(polls(Duration.ofSeconds(90)), Verdict.BAD, "not there yet");
    assertThat(daytona.rows().snapshots()).isEmpty();
    told(poll(), Verdict.BAD, "is pending");
    assertThat(only().general()).isFalse();
    poll();
    assertThat(only().general()).isTrue();
    assertThat(only().organisation()).isEqualTo(daytona.rows().adminOrganisation());
    told(poll(), Verdict.GOOD, "active");
  }

  @Test
  void without_a_runner_that_takes_sandboxes_none_is_asked_for() throws Exception {
    daytona.start(ENVIRONMENT);
    told(
        polls(Duration.ofMinutes(5)),
        Verdict.BAD,
        "does not exist",
        "no runner is registered in region 'us'");
    daytona.rows().addRunner("us", "default-0", "token");
    daytona.rows().setUnschedulable("default-0", true);
    told(poll(), Verdict.BAD, "every ready runner is unschedulable: default-0 (ready)");
    assertThat(daytona.rows().snapshots()).isEmpty();
  }

  @Test
  void a_refusal_is_told_and_tried_again_ever_more_seldom() throws Exception {
    unseeded();
    polls(Duration.ofSeconds(90));
    daytona.faults().answer(400, "Snapshot quota exceeded", line -> line.startsWith("POST"));
    var attempts = new ArrayList<Duration>();
    var last = now;
    for (int i = 0; i < 4 * 300; i++) {
      var answer = poll();
      told(answer, Verdict.FAILED, "Snapshot quota exceeded (400)");
      if (daytona.calls().size() > 1) {
        attempts.add(Duration.between(last, now));
        last = now;
      }
    }
    assertThat(attempts.stream().skip(1).map(Duration::toMinutes))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    daytona.faults().heal();
    polls(Duration.ofMinutes(61));
    told(poll(), Verdict.GOOD, "active");
  }

  @Test
  void a_failed_one_is_replaced_after_a_while() throws Exception {
    daytona.rows().failPulls(IMAGE, "pull access denied");
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    polls(Duration.ofSeconds(45));
    var first = only().id();
    var answer = poll();
    told(answer, Verdict.FAILED, "failed: pull access denied", "tried again at 2026-01-01T00:01");
    assertThat(poll()).as("the same while it waits").isEqualTo(answer);
    daytona.rows().healPulls(IMAGE);
    polls(Duration.ofMinutes(3));
    told(poll(), Verdict.GOOD, "active");
    assertThat(only().id()).isNotEqualTo(first);
    assertThat(only().general()).isTrue();
  }

  @Test
  void one_that_fails_for_ever_is_replaced_ever_more_seldom() throws Exception {
    daytona.rows().failPulls(IMAGE, "no such image");
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    int creations = 0;
    int deletions = 0;
    for (int i = 0; i < 4 * 360; i++) {
      poll();
      for (var call : daytona.calls()) {
        creations += call.line().equals("POST /snapshots") ? 1 : 0;
        deletions += call.method().equals("DELETE") ? 1 : 0;
      }
    }
    // in six hours: after 1, 2, 4, 8, 16, 32, 60, 60, 60 and 60 minutes and the steps between
    assertThat(creations).isBetween(8, 10);
    assertThat(deletions).isBetween(creations, creations + 1);
  }

  @Test
  void a_new_process_goes_on_where_another_was_killed() throws Exception {
    daytona.rows().failPulls(IMAGE, "pull access denied");
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    polls(Duration.ofMinutes(1));
    daytona.rows().healPulls(IMAGE);
    var answer = poll();
    int kills = 0;
    for (int i = 0; i < 400 && answer.verdict() != Verdict.GOOD; i++) {
      answer = poll();
      if (daytona.calls().stream().anyMatch(SnapshotKeeperTest::changes)) {
        keeper = new SnapshotKeeper(() -> now); // killed after each thing that it did
        kills++;
      }
      assertThat(daytona.rows().snapshots()).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(kills).as("taken back, deleted, created, made general").isEqualTo(4);
    told(answer, Verdict.GOOD, "active");
  }

  private static boolean changes(Call call) {
    return !call.method().equals("GET") && !call.path().endsWith("/activate");
  }

  @Test
  void creation_without_an_answer_makes_one_only() throws Exception {
    unseeded();
    polls(Duration.ofSeconds(90));
    daytona.faults().loseAnswers(line -> line.equals("POST /snapshots"));
    told(poll(), Verdict.BAD, "no answer from");
    poll();
    told(poll(), Verdict.GOOD, "active");
    assertThat(only().general()).isTrue();
  }

  @Test
  void pending_for_long_is_explained() throws Exception {
    report = Optional.of(Usage.idle().withDisk(88));
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    var early = poll();
    told(early, Verdict.BAD, "is pending");
    assertThat(early.message()).doesNotContain("score");
    told(
        polls(Duration.ofMinutes(2)),
        Verdict.BAD,
        "is pending: the best runner, default-0, scores 10 and a new snapshot needs 30",
        "its disk is 90 % full; enlarge its volume or remove images");
    report = Optional.of(Usage.idle().withMemory(95));
    told(poll(), Verdict.BAD, "its node's memory is 95 % used");
    report = Optional.empty();
    told(
        polls(Duration.ofSeconds(75)), Verdict.BAD, "no runner is ready: default-0 (unresponsive)");
    daytona.rows().dropRunner("default-0");
    told(poll(), Verdict.BAD, "no runner is registered");
    daytona.rows().addRunner("us", "default-0", "token");
    report = Optional.of(Usage.idle().withGpus(2));
    told(poll(), Verdict.BAD, "has GPUs");
  }

  @Test
  void pulling_for_long_names_the_runner() throws Exception {
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    poll();
    report = Optional.empty();
    daytona.rows().setRunnerState("default-0", "unresponsive");
    told(
        polls(Duration.ofMinutes(4)), Verdict.BAD, "is pulling on runner default-0 (unresponsive)");
  }

  @Test
  void an_active_one_and_those_of_others_are_never_touched() throws Exception {
    unseeded();
    var own = daytona.rows().adminOrganisation();
    daytona.rows().addSnapshot(own, IMAGE + "-slim", "error", false);
    daytona.rows().addSnapshot("other", "daytonaio/sandbox:v0", "error", true);
    var other = daytona.rows().addSnapshot("other", IMAGE, "active", true);
    told(polls(Duration.ofMinutes(10)), Verdict.GOOD, "active");
    daytona.rows().setSnapshotState(other, "error");
    told(polls(Duration.ofHours(1)), Verdict.FAILED, "another organisation's");
    assertThat(daytona.rows().snapshots())
        .hasSize(3)
        .filteredOn(s -> s.id().equals(other))
        .singleElement()
        .matches(SnapshotView::general);
  }

  @Test
  void one_of_the_same_name_and_another_image_is_somebodys_work() throws Exception {
    unseeded();
    var made = ((Success<SnapshotRow>) admin.createSnapshot(IMAGE, "ubuntu:22.04")).value();
    told(polls(Duration.ofMinutes(5)), Verdict.FAILED, "image 'ubuntu:22.04'", "rename it");
    daytona.rows().setSnapshotState(made.id(), "error");
    polls(Duration.ofMinutes(5));
    assertThat(only().general()).isFalse();
    assertThat(only().id()).isEqualTo(made.id());
  }

  @Test
  void an_inactive_one_is_activated() throws Exception {
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    polls(Duration.ofMinutes(1));
    daytona.rows().setSnapshotState(only().id(), "inactive");
    told(poll(), Verdict.FAILED, "still in progress");
    told(polls(Duration.ofMinutes(16)), Verdict.GOOD, "active");
  }

  @Test
  void a_paused_installation_is_told_nothing() throws Exception {
    daytona.rows().failPulls(IMAGE, "pull access denied");
    unseeded();
    for (int i = 0; i < 20; i++) {
      told(poll(false), Verdict.BAD, "does not exist");
    }
    daytona.rows().addSnapshot(daytona.rows().adminOrganisation(), IMAGE, "error", true);
    for (int i = 0; i < 20; i++) {
      told(poll(false), Verdict.FAILED, "no reason given");
      assertThat(daytona.calls()).hasSize(1);
    }
  }

  @Test
  void another_name_is_another_snapshot() throws Exception {
    daytona.start(ENVIRONMENT.withDefaultRunner("default-0", "token"));
    told(polls(Duration.ofMinutes(1)), Verdict.GOOD, "active");
    var wish = new SnapshotWish("daytonaio/sandbox:v2", "us", 30, 75, 75);
    var fleet = FleetView.of(now, List.of());
    told(
        keeper.step(admin, wish, fleet, true),
        Verdict.BAD,
        "'daytonaio/sandbox:v2'",
        "not there yet");
    assertThat(daytona.rows().snapshots()).hasSize(1);
  }

  @Test
  void a_list_that_cannot_be_had_is_no_verdict() throws Exception {
    unseeded();
    poll();
    var fleet = FleetView.of(now, List.of());
    daytona.faults().garbage(line -> true);
    told(keeper.step(admin, WISH, fleet, true), Verdict.UNKNOWN, "not understood");
    daytona.faults().heal();
    daytona.rows().setAdminKey("another");
    var refused = keeper.step(admin, WISH, fleet, true);
    assertThat(refused).isEqualTo(SnapshotKeeper.KEY_REFUSED);
    assertThat(PlatformCheck.reached(refused, Optional.empty()).reachable().verdict())
        .isEqualTo(Verdict.BAD);
    daytona.stop();
    assertThatThrownBy(() -> keeper.step(admin, WISH, fleet, true))
        .isInstanceOf(NoAnswerException.class);
  }
}
