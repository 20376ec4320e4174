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
  private static final String HEALTH_KEY = "health-key-value";

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

  private Optional<PlatformHealth> trouble() {
    return new PlatformCheck(
            "http://127.0.0.1:" + server.getAddress().getPort() + "/api",
            ISSUER,
            Optional.of(new CredentialValue(HEALTH_KEY)))
        .trouble(client);
  }

  private String words() {
    return trouble().orElseThrow().reachable().message();
  }

  @Test
  void all_is_well() {
    assertThat(trouble()).isEmpty();
    assertThat(bearers)
        .containsEntry("/api/health/ready", "Bearer " + HEALTH_KEY)
        .containsEntry("/api/config", "null");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/health/ready, 503, database or cache",
    "/api/health/ready, 401, health-check key",
    "/api/health/ready, 404, answers 404",
    "/api/config, 500, /api/config answers 500"
  })
  void a_refusal_is_told_in_words(String path, int status, String words) {
    replies.put(path, new Reply(status, "garbage with " + HEALTH_KEY));
    var health = trouble().orElseThrow();
    assertThat(health.reachable().verdict()).isEqualTo(Verdict.BAD);
    assertThat(health.reachable().message()).contains(words).doesNotContain(HEALTH_KEY);
    assertThat(health.snapshot().verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void another_issuer_than_ours_breaks_logins() {
    replies.put("/api/config", new Reply(200, "{\"oidc\":{\"issuer\":\"" + ISSUER + "/\"}}"));
    assertThat(words()).contains("issuer");
  }

  @Test
  void nobody_there_is_an_answer_too() {
    server.stop(0);
    assertThat(words()).contains("no answer from 127.0.0.1");
  }

  @Test
  void garbage_is_no_reason_to_fail() {
    replies.put("/api/config", new Reply(200, "<html>"));
    assertThat(words()).contains("issuer");
  }

  @Test
  void a_key_that_is_refused_makes_the_platform_unreachable() {
    var refused = PlatformCheck.reached(SnapshotKeeper.KEY_REFUSED, Optional.empty());
    assertThat(refused.adminKeyRefused()).isTrue();
    replies.put("/api/health/ready", new Reply(401, ""));
    assertThat(trouble().orElseThrow().adminKeyRefused()).as("another key").isFalse();
  }

  @Test
  void what_else_hinders_is_told_while_sandboxes_work() {
    var active = new PlatformHealth.Answer(Verdict.GOOD, "active");
    var remark = new PlatformHealth.Answer(Verdict.UNKNOWN, "users: refused");
    var health = PlatformCheck.reached(active, Optional.of(remark));
    assertThat(health.reachable())
        .isEqualTo(new PlatformHealth.Answer(Verdict.GOOD, "users: refused"));
    assertThat(health.snapshot()).isEqualTo(active);
  }
}
