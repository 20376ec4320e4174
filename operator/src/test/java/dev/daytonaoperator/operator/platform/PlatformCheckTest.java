package dev.daytonaoperator.operator.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a platform's answers mean; the server speaks the API's language (contract 7 and 11). */
class PlatformCheckTest {

  private static final String ISSUER = "http://localhost:35006/dex";
  private static final String SNAPSHOT = "daytonaio/sandbox:v1";
  private static final String HEALTH_KEY = "health-key-value";
  private static final String ADMIN_KEY = "admin-key-value";

  private record Reply(int status, String body) {}

  private final Map<String, Reply> replies = new HashMap<>();
  private final Map<String, String> bearers = new HashMap<>();
  private final DaytonaClient client = new DaytonaClient();
  private HttpServer server;

  PlatformCheckTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void a_healthy_platform() {
    replies.put("/api/health/ready", new Reply(200, "{\"status\":\"ok\"}"));
    replies.put("/api/config", new Reply(200, "{\"oidc\":{\"issuer\":\"" + ISSUER + "\"}}"));
    snapshot("active", "null");
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var path = exchange.getRequestURI().getPath();
            bearers.put(
                path, String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            var reply = Objects.requireNonNullElse(replies.get(path), new Reply(404, ""));
            var bytes = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void snapshot(String state, String reason) {
    var other = "{\"name\":\"" + SNAPSHOT + "-other\",\"state\":\"error\",\"errorReason\":\"no\"}";
    replies.put(
        "/api/snapshots",
        new Reply(
            200,
            """
            {"items":[%s,{"name":"%s","state":"%s","errorReason":%s}],"total":2,"page":1,"totalPages":1}
            """
                .formatted(other, SNAPSHOT, state, reason)));
  }

  private PlatformHealth ask() {
    return ask(Optional.of(SNAPSHOT));
  }

  private PlatformHealth ask(Optional<String> snapshot) {
    return new PlatformCheck(
            "http://127.0.0.1:" + server.getAddress().getPort() + "/api",
            ISSUER,
            snapshot,
            Optional.of(new CredentialValue(HEALTH_KEY)),
            Optional.of(new CredentialValue(ADMIN_KEY)))
        .ask(client);
  }

  @Test
  void all_is_well() {
    var health = ask();
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.GOOD);
    assertThat(health.snapshot().verdict()).isEqualTo(Verdict.GOOD);
    assertThat(bearers)
        .containsEntry("/api/health/ready", "Bearer " + HEALTH_KEY)
        .containsEntry("/api/config", "null")
        .containsEntry("/api/snapshots", "Bearer " + ADMIN_KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/health/ready, 503, database or cache",
    "/api/health/ready, 401, health-check key",
    "/api/health/ready, 404, answers 404",
    "/api/config, 500, /api/config answers 500",
    "/api/snapshots, 401, administrator's key"
  })
  void a_refusal_is_told_in_words(String path, int status, String words) {
    replies.put(path, new Reply(status, "garbage with " + ADMIN_KEY));
    var health = ask();
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.BAD);
    assertThat(health.reachable().message()).contains(words).doesNotContain(ADMIN_KEY, HEALTH_KEY);
    assertThat(health.snapshot().verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void another_issuer_than_ours_breaks_logins() {
    replies.put("/api/config", new Reply(200, "{\"oidc\":{\"issuer\":\"" + ISSUER + "/\"}}"));
    assertThat(ask().reachable().message()).contains("issuer");
  }

  @ParameterizedTest
  @CsvSource({
    "pending, null, is pending, BAD",
    "pulling, null, is pulling, BAD",
    "error, '\"pull access denied\"', pull access denied, FAILED",
    "build_failed, '\"no space\"', no space, FAILED"
  })
  void a_snapshot_that_is_not_active_says_why(
      String state, String reason, String words, Verdict verdict) {
    snapshot(state, reason);
    var health = ask();
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.GOOD);
    assertThat(health.snapshot().verdict()).isEqualTo(verdict);
    assertThat(health.snapshot().message()).contains(SNAPSHOT, words);
  }

  @Test
  void a_snapshot_that_is_missing_says_what_to_do() {
    replies.put("/api/snapshots", new Reply(200, "{\"items\":[]}"));
    assertThat(ask().snapshot().message()).contains("does not exist", "restart the API");
  }

  @Test
  void without_a_runner_for_it_no_snapshot_is_asked_for() {
    replies.put("/api/snapshots", new Reply(200, "{\"items\":[]}"));
    var health = ask(Optional.empty());
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.GOOD);
    assertThat(health.snapshot().verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
    replies.put("/api/snapshots", new Reply(401, ""));
    assertThat(ask(Optional.empty()).reachable().message()).contains("administrator's key");
  }

  @Test
  void nobody_there_is_an_answer_too() {
    server.stop(0);
    var health = ask();
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.BAD);
    assertThat(health.reachable().message()).contains("no answer from 127.0.0.1");
  }

  @Test
  void garbage_is_no_reason_to_fail() {
    replies.put("/api/config", new Reply(200, "<html>"));
    assertThat(ask().reachable().message()).contains("issuer");
  }
}
