package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Rows.UserView;
import dev.daytonaoperator.testing.daytona.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users of Dex in Daytona: made once, before they log in, and never touched again. */
@Timeout(60)
class FirstUsersTest {

  private static final String KEY = "the-admin-key";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FakeDaytona daytona = FakeDaytona.at(() -> now, Timing.real());
  private final DaytonaClient client =
      new DaytonaClient(Duration.ofSeconds(3), Duration.ofSeconds(3));
  private final DaytonaAdmin admin =
      new DaytonaAdmin(client, daytona.url(), () -> Optional.of(new CredentialValue(KEY)));
  private FirstUsers users = new FirstUsers(() -> now);

  @BeforeEach
  void start() {
    daytona.start(Environment.of(KEY, "the-health-key", "daytonaio/sandbox:v1"));
  }

  @AfterEach
  void close() {
    daytona.close();
  }

  private static NewUser user(String name) {
    return new NewUser(
        DexSubject.of("id-of-" + name),
        name,
        name + "@example.com",
        NewUser.Role.USER,
        "us",
        true,
        Optional.empty());
  }

  private Optional<Answer> step(NewUser... wanted) throws NoAnswerException {
    now = now.plusSeconds(15);
    return users.step(admin, List.of(wanted), true);
  }

  private long posts() {
    return daytona.calls().stream().filter(c -> c.line().equals("POST /admin/users")).count();
  }

  private UserView view(String name) {
    return daytona.rows().users().stream()
        .filter(u -> u.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** As Dex's own documentation, and tokens seen of it, have it. */
  @ParameterizedTest
  @CsvSource({
    "08a8684b-db88-4b73-90a9-3cd1661f5466,"
        + " CiQwOGE4Njg0Yi1kYjg4LTRiNzMtOTBhOS0zY2QxNjYxZjU0NjYSBWxvY2Fs",
    "1234, CgQxMjM0EgVsb2NhbA"
  })
  void the_subject_is_what_dex_makes_of_a_user_id(String userId, String subject) {
    assertThat(DexSubject.of(userId)).isEqualTo(subject);
  }

  @Test
  void the_users_of_the_spec_are_wanted_with_their_roles() {
    var wanted =
        FirstUsers.wanted(
            PlatformInputs.of(
                """
                auth:
                  dex:
                    users:
                    - {email: ann@example.com, username: ann, role: Admin}
                    - {email: bob@example.com}
                sandboxes:
                  defaultRegion: {id: eu, name: Europe}
                """));
    assertThat(wanted)
        .extracting(NewUser::name, NewUser::email, NewUser::role, NewUser::regionId)
        .containsExactly(
            tuple("ann", "ann@example.com", NewUser.Role.ADMIN, "eu"),
            tuple("bob", "bob@example.com", NewUser.Role.USER, "eu"));
    assertThat(wanted).allMatch(NewUser::emailVerified);
    assertThat(wanted.getFirst().id()).isNotEqualTo(wanted.getLast().id()).startsWith("C");
  }

  @Test
  void users_of_another_provider_are_not_ours_to_make() {
    var external =
        """
        auth:
          type: External
          external: {issuerUrl: "https://login.example.com"}
        """;
    assertThat(FirstUsers.wanted(PlatformInputs.of(external))).isEmpty();
  }

  @Test
  void a_user_can_create_a_sandbox_from_the_first_login() throws Exception {
    assertThat(step(user("ann"))).isEmpty();
    var made = view("ann");
    assertThat(made.id()).isEqualTo(user("ann").id());
    assertThat(made.email()).isEqualTo("ann@example.com");
    assertThat(made.role()).isEqualTo("user");
    assertThat(made.defaultRegion()).contains("us");
    assertThat(made.suspended()).isFalse();
  }

  @Test
  void once_all_are_there_nobody_is_asked() throws Exception {
    assertThat(step(user("ann"))).isEmpty();
    assertThat(users.complete(List.of(user("ann")))).isTrue();
    daytona.forgetCalls();
    for (int i = 0; i < 10; i++) {
      assertThat(step(user("ann"))).isEmpty();
    }
    assertThat(daytona.calls()).isEmpty();
  }

  @Test
  void many_are_made_one_after_the_other() throws Exception {
    var wanted = IntStream.range(0, 7).mapToObj(i -> user("user" + i)).toArray(NewUser[]::new);
    var answers = new ArrayList<Optional<Answer>>();
    for (int i = 0; i < 4; i++) {
      daytona.forgetCalls();
      answers.add(step(wanted));
      assertThat(daytona.calls()).hasSizeLessThanOrEqualTo(3);
    }
    assertThat(answers.getFirst())
        .hasValueSatisfying(
            a -> assertThat(a.message()).isEqualTo("user 'user2' is not in Daytona yet"));
    assertThat(answers.getLast()).isEmpty();
    assertThat(daytona.rows().users()).hasSize(8);
  }

  @Test
  void each_is_made_once_whatever_happens() throws Exception {
    var wanted = new NewUser[] {user("ann"), user("bob"), user("eve")};
    assertThat(step(user("ann"))).isEmpty();
    var before = view("ann");
    for (int i = 0; i < 5; i++) {
      users = new FirstUsers(() -> now); // another process
      daytona.restart();
      assertThat(step(wanted)).isEmpty();
    }
    daytona.faults().hang(line -> true);
    users = new FirstUsers(() -> now);
    assertThatThrownBy(() -> step(wanted)).isInstanceOf(NoAnswerException.class);
    daytona.faults().answer(500, line -> true);
    assertThat(step(wanted)).isPresent();
    daytona.faults().garbage(line -> true);
    assertThat(step(wanted)).isPresent();
    daytona.faults().heal();
    assertThat(step(wanted)).isEmpty();
    assertThat(posts()).isEqualTo(3);
    assertThat(view("ann")).isEqualTo(before);
  }

  @Test
  void a_lost_answer_makes_no_second_one() throws Exception {
    daytona.faults().loseAnswers(line -> line.equals("POST /admin/users"));
    assertThatThrownBy(() -> step(user("ann"))).isInstanceOf(NoAnswerException.class);
    daytona.faults().heal();
    assertThat(step(user("ann"))).isEmpty();
    assertThat(posts()).isEqualTo(1);
  }

  @Test
  void who_is_there_already_stays_as_they_are() throws Exception {
    daytona.rows().logIn(user("ann").id(), "Ann Other", "ann@other.example.com");
    var before = view("Ann Other");
    assertThat(step(user("ann"))).isEmpty();
    assertThat(view("Ann Other")).isEqualTo(before);
    assertThat(posts()).isZero();
  }

  @Test
  void who_logs_in_between_look_and_call_keeps_their_keys() throws Exception {
    assertThat(step(user("ann"))).isEmpty();
    var before = view("ann");
    users = new FirstUsers(() -> now);
    daytona.faults().say("[]", line -> line.equals("GET /admin/users"));
    assertThat(step(user("ann")))
        .hasValueSatisfying(
            a ->
                assertThat(a.message())
                    .contains("Personal organization already exists (403)", "tried again at"));
    assertThat(view("ann")).isEqualTo(before);
    daytona.faults().heal();
    now = now.plusSeconds(60);
    assertThat(step(user("ann"))).isEmpty();
  }

  @Test
  void an_address_that_daytona_does_not_take_is_left_to_the_login() throws Exception {
    var user =
        new NewUser("id", "dev", "dev@localhost", NewUser.Role.ADMIN, "us", true, Optional.empty());
    assertThat(step(user))
        .hasValueSatisfying(a -> assertThat(a.message()).contains("email must be an email"));
    assertThat(step(user)).isEmpty();
    assertThat(view("dev").email()).isEmpty();
    assertThat(view("dev").role()).isEqualTo("admin");
  }

  @Test
  void a_refusal_is_told_and_tried_again_ever_more_seldom() throws Exception {
    var user =
        new NewUser(
            "id", "www.dev", "d@example.com", NewUser.Role.USER, "us", true, Optional.empty());
    for (int i = 0; i < 4 * 60; i++) {
      assertThat(step(user, user("ann")))
          .hasValueSatisfying(
              a -> assertThat(a.message()).contains("'www.dev'", "name must not contain"));
    }
    assertThat(posts()).as("after 0, 1, 3, 7, 15 and 31 minutes, and ann").isEqualTo(7);
    assertThat(view("ann").suspended()).isFalse();
  }

  @Test
  void a_paused_installation_is_told_nothing() throws Exception {
    assertThat(users.step(admin, List.of(user("ann")), false)).isPresent();
    assertThat(posts()).isZero();
  }
}
