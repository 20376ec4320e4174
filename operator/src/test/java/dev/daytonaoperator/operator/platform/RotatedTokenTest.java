package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Timing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While a runner's token is rotated its row may have the old one or the next, and no third. */
@Timeout(60)
class RotatedTokenTest {

  private static final String KEY = "the-admin-key";
  private static final String RUNNER = "default-0";
  private static final Map<String, String> SECRET = Map.of("token", "old", "token-1", "next");

  private final FakeDaytona daytona = FakeDaytona.running(Timing.real());
  private final FleetDriver driver =
      new FleetDriver(
          new DaytonaAdmin(
              new DaytonaClient(), daytona.url(), () -> Optional.of(new CredentialValue(KEY))),
          "us",
          reference -> Optional.ofNullable(SECRET.get(reference.key())).map(CredentialValue::new),
          new FleetMemory(),
          new Cliff(75, 75));

  @BeforeEach
  void start() {
    daytona.start(
        Environment.of(KEY, "the-health-key", "daytonaio/sandbox:v1")
            .withDefaultRunner(RUNNER, "old"));
  }

  @AfterEach
  void close() {
    daytona.close();
  }

  @Test
  void the_row_is_left_alone_with_either_token() throws Exception {
    for (var token : List.of("old", "next")) {
      daytona.rows().setToken(RUNNER, token);
      daytona.forgetCalls();

      assertThat(look(false).tokenFits()).as(token).isTrue();
      assertThat(daytona.calls()).as(token).allMatch(call -> call.method().equals("GET"));
    }
  }

  @Test
  void sandboxes_are_counted_with_the_token_that_the_row_has() throws Exception {
    daytona.rows().placeSandboxes(RUNNER, 3);
    for (var token : List.of("old", "next")) {
      daytona.rows().setToken(RUNNER, token);

      assertThat(look(true).sandboxes()).as(token).hasValue(3);
    }
    daytona.rows().setToken(RUNNER, "of-somebody-else");
    assertThat(look(true).sandboxes()).as("the row has neither").isEmpty();
  }

  @Test
  void any_other_token_is_wrong_and_its_row_is_left_to_the_step_that_repairs_it() throws Exception {
    daytona.rows().setToken(RUNNER, "of-somebody-else");
    daytona.forgetCalls();

    assertThat(look(false).tokenFits()).isFalse();
    assertThat(daytona.calls()).allMatch(call -> call.method().equals("GET"));
  }

  private RunnerView look(boolean counted) throws Exception {
    var wish =
        new RunnerWish(
            RUNNER,
            new CredentialRef("daytona-runner-default-0", "token", "d"),
            new CredentialRef("daytona-runner-default-0", "token-1", "d"),
            RunnerWish.Goal.SERVE,
            true,
            counted);
    var now = Instant.now();
    return driver
        .look(List.of(wish), List.of("default"), now, now, true)
        .view()
        .orElseThrow()
        .find(RUNNER)
        .orElseThrow();
  }
}
