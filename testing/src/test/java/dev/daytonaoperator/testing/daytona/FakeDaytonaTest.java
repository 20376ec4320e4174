package dev.daytonaoperator.testing.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of Daytona's API that the fake keeps: each was read in, or seen of, version 0.190.0.
 */
class FakeDaytonaTest {

  private static final String ADMIN = "the-admin-key";
  private static final String HEALTH = "the-health-key";
  private static final String IMAGE = "daytonaio/sandbox:v1";
  private static final Environment ENVIRONMENT =
      Environment.of(ADMIN, HEALTH, IMAGE).withDefaultRunner("first", "token-1");

  private record Answer(int status, JsonNode body) {}

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FakeDaytona daytona = FakeDaytona.at(() -> now, Timing.real());
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    daytona.start(ENVIRONMENT);
  }

  @AfterEach
  void close() {
    daytona.close();
    http.close();
  }

  private void passes(int seconds) {
    now = now.plusSeconds(seconds);
    daytona.sweep();
  }

  private Answer call(String bearer, String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(daytona.url() + path))
            .timeout(Duration.ofSeconds(2))
            .header("Authorization", "Bearer " + bearer)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    var json =
        response.body().startsWith("{") || response.body().startsWith("[")
            ? new ObjectMapper().readTree(response.body())
            : MissingNode.getInstance();
    return new Answer(response.statusCode(), json);
  }

  private Answer call(String method, String path, String body)
      throws IOException, InterruptedException {
    return call(ADMIN, method, path, body);
  }

  private Answer get(String path) throws IOException, InterruptedException {
    return call("GET", path, "");
  }

  private String runnerId(String name) {
    return daytona.rows().runner(name).orElseThrow().id();
  }

  private static String runner(String name, String token) {
    return """
    {"regionId": "us", "name": "%s", "apiKey": "%s", "apiVersion": "2"}
    """
        .formatted(name, token);
  }

  @ParameterizedTest
  @CsvSource({
    "the-admin-key, /admin/runners, 200",
    "the-health-key, /admin/runners, 403",
    "token-1, /admin/runners, 403",
    "wrong, /admin/runners, 401",
    "the-health-key, /health/ready, 200",
    "the-admin-key, /health/ready, 403",
    "wrong, /health/ready, 401",
    "wrong, /health, 200",
    "wrong, /config, 200",
    "the-admin-key, /nothing, 404"
  })
  void each_key_opens_its_own_door(String key, String path, int status) throws Exception {
    assertThat(call(key, "GET", path, "").status()).isEqualTo(status);
  }

  @Test
  void the_first_start_seeds_and_later_ones_do_not() throws Exception {
    assertThat(get("/admin/runners").body().at("/0/apiKey").asText()).isEqualTo("token-1");
    daytona.stop();
    daytona.start(
        Environment.of("another", HEALTH, IMAGE).withDefaultRunner("first", "another-token"));
    assertThat(call("another", "GET", "/admin/runners", "").status()).isEqualTo(401);
    assertThat(get("/admin/runners").body()).hasSize(1);
    assertThat(daytona.rows().runner("first").orElseThrow().token()).isEqualTo("token-1");
  }

  @Test
  void the_default_snapshot_waits_for_the_seeded_runner() {
    passes(29);
    assertThat(daytona.rows().snapshots()).isEmpty();
    assertThat(daytona.heartbeat("token-1", Usage.idle())).isTrue();
    passes(0);
    assertThat(daytona.rows().snapshots()).singleElement().matches(s -> s.general());
    passes(6);
    assertThat(daytona.rows().snapshots()).singleElement().matches(s -> s.state().equals("active"));
  }

  @Test
  void without_any_runner_the_default_snapshot_is_refused_until_the_next_start() {
    var bare = FakeDaytona.at(() -> now, Timing.real());
    bare.start(Environment.of(ADMIN, HEALTH, IMAGE));
    bare.sweep();
    assertThat(bare.rows().seedingRefused())
        .hasValueSatisfying(w -> assertThat(w).startsWith("No runners"));
    bare.rows().addRunner("us", "late", "t");
    bare.sweep();
    assertThat(bare.rows().snapshots()).isEmpty();
    bare.restart();
    bare.sweep();
    assertThat(bare.rows().snapshots()).hasSize(1);
    bare.close();
  }

  @ParameterizedTest
  @CsvSource({
    "us, second, token-2, 2, 201",
    "us, second, token-1, 2, 201",
    "us, first, token-2, 2, 409",
    "eu, second, token-2, 2, 404",
    "us, s, token-2, 2, 400",
    "us, a b, token-2, 2, 400",
    "us, second, token-2, 1, 400"
  })
  void a_runner_row(String region, String name, String token, String version, int status)
      throws Exception {
    var body =
        "{\"regionId\":\"%s\",\"name\":\"%s\",\"apiKey\":\"%s\",\"apiVersion\":\"%s\"}"
            .formatted(region, name, token, version);
    assertThat(call("POST", "/admin/runners", body).status()).isEqualTo(status);
  }

  @Test
  void a_runner_is_ready_while_it_reports() {
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("initializing");
    passes(600);
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("initializing");
    assertThat(daytona.heartbeat("no-such-token", Usage.idle())).isFalse();
    daytona.heartbeat("token-1", Usage.idle());
    passes(59);
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("ready");
    passes(1);
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("unresponsive");
    daytona.heartbeat("token-1", Usage.idle());
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("ready");
    daytona.rows().decommission("first");
    daytona.heartbeat("token-1", Usage.idle());
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("decommissioned");
  }

  @Test
  void after_its_own_start_the_api_waits_for_reports() {
    daytona.heartbeat("token-1", Usage.idle());
    daytona.stop();
    now = now.plusSeconds(600);
    assertThat(daytona.heartbeat("token-1", Usage.idle())).as("nobody listens").isFalse();
    daytona.start(ENVIRONMENT);
    passes(59);
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("ready");
    passes(1);
    assertThat(daytona.rows().runner("first").orElseThrow().state()).isEqualTo("unresponsive");
  }

  /** The table of contract 5.6, computed there from the formula. */
  @ParameterizedTest
  @CsvSource({"30, 81", "81, 30", "88, 10", "97, 3"})
  void the_score_falls_off_a_cliff(double disk, int score) {
    var usage = Usage.idle().withMemory(10).withDisk(disk);
    daytona.heartbeat("token-1", usage);
    assertThat(daytona.rows().runner("first").orElseThrow().score()).isCloseTo(score, within(3));
  }

  @Test
  void a_row_goes_only_when_unschedulable_and_empty() throws Exception {
    var path = "/admin/runners/" + runnerId("first");
    assertThat(call("DELETE", path, "").status()).isEqualTo(400);
    assertThat(call("PATCH", path + "/scheduling", "{\"unschedulable\":true}").status())
        .isEqualTo(200);
    var sandboxes = daytona.rows().placeSandboxes("first", 2);
    daytona.heartbeat("token-1", Usage.idle());
    assertThat(get(path).body().path("currentStartedSandboxes").asInt()).isEqualTo(2);
    assertThat(call("DELETE", path, "").status()).isEqualTo(400);
    daytona.rows().setSandboxState(sandboxes, "stopped");
    assertThat(call("DELETE", path, "").status()).isEqualTo(400);
    daytona.rows().setSandboxState(sandboxes, "archived");
    assertThat(call("DELETE", path, "").status()).isEqualTo(204);
    assertThat(call("DELETE", path, "").status()).isEqualTo(404);
    assertThat(call("DELETE", "/admin/runners/first", "").status()).isEqualTo(400);
    assertThat(call("POST", "/admin/runners", runner("first", "token-9")).status()).isEqualTo(201);
    assertThat(daytona.rows().tokensEver()).containsExactly("token-1", "token-9");
  }

  @Test
  void a_snapshot_stays_pending_below_the_score_and_without_a_word() throws Exception {
    daytona.heartbeat("token-1", Usage.idle().withDisk(85));
    passes(0);
    passes(3600);
    daytona.heartbeat("token-1", Usage.idle().withDisk(85));
    passes(0);
    var item = get("/snapshots?name=SANDBOX").body().at("/items/0");
    assertThat(item.path("state").asText()).isEqualTo("pending");
    assertThat(item.path("errorReason").isNull()).isTrue();
    daytona.heartbeat("token-1", Usage.idle());
    passes(0);
    passes(6);
    assertThat(get("/snapshots").body().at("/items/0/state").asText()).isEqualTo("active");
  }

  @Test
  void a_general_snapshot_is_taken_back_before_it_can_go() throws Exception {
    daytona.rows().failPulls(IMAGE, "pull access denied");
    daytona.heartbeat("token-1", Usage.idle());
    passes(0);
    passes(6);
    var failed = get("/snapshots").body().at("/items/0");
    assertThat(failed.path("errorReason").asText()).isEqualTo("pull access denied");
    var id = failed.path("id").asText();
    assertThat(call("DELETE", "/snapshots/" + id, "").status()).isEqualTo(403);
    assertThat(call("POST", "/snapshots/" + id + "/activate", "").status()).isEqualTo(400);
    assertThat(call("PATCH", "/admin/snapshots/" + id + "/general", "{\"general\":false}").status())
        .isEqualTo(200);
    assertThat(call("DELETE", "/snapshots/" + id, "").status()).isEqualTo(200);
    var again = "{\"name\":\"%s\",\"imageName\":\"%s\"}".formatted(IMAGE, IMAGE);
    assertThat(call("POST", "/snapshots", again).status()).as("still there").isEqualTo(409);
    passes(10);
    assertThat(call("POST", "/snapshots", again).status()).isEqualTo(200);
  }

  @Test
  void snapshots_of_others_are_seen_when_general_and_not_touched() throws Exception {
    var other = daytona.rows().addSnapshot("other", IMAGE, "active", true);
    daytona.rows().addSnapshot("other", "theirs:v1", "active", false);
    assertThat(get("/snapshots").body().path("items")).hasSize(1);
    assertThat(call("DELETE", "/snapshots/" + other, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"ubuntu:latest, 400", "ubuntu, 400", "ubuntu:, 400", "ubuntu:22.04, 200"})
  void an_image_has_a_tag(String image, int status) throws Exception {
    var body = "{\"name\":\"mine\",\"imageName\":\"" + image + "\"}";
    assertThat(call("POST", "/snapshots", body).status()).isEqualTo(status);
  }

  @Test
  void a_user_gets_an_organisation_and_is_never_made_twice() throws Exception {
    var body =
        """
        {"id": "CgV1c2VyMRIFbG9jYWw", "name": "a", "email": "a@example.com", "role": "user",
         "emailVerified": true, "personalOrganizationDefaultRegionId": "us"}
        """;
    var created = call("POST", "/admin/users", body);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().at("/keyPair/privateKey").asText()).isNotEmpty();
    var user = daytona.rows().users().getLast();
    assertThat(user.defaultRegion()).contains("us");
    assertThat(user.suspended()).isFalse();
    assertThat(call("POST", "/admin/users", body).status()).isEqualTo(403);
    assertThat(daytona.rows().users().getLast()).isEqualTo(user);
    assertThat(get("/admin/users/CgV1c2VyMRIFbG9jYWw").body().has("keyPair")).isFalse();
    assertThat(get("/admin/users/nobody").status()).isEqualTo(404);
    for (var wrong : List.of("\"us\"", "\"a@example.com\"", "\"a\"", "\"user\"")) {
      var broken = body.replace("CgV1", "XgV1").replace(wrong, "\"<b>://\"");
      assertThat(call("POST", "/admin/users", broken).status()).as(wrong).isIn(400, 404);
    }
  }

  @Test
  void quotas_are_kept_per_region_only_where_they_hold() throws Exception {
    var organisation = daytona.rows().adminOrganisation();
    var region = "/admin/organizations/" + organisation + "/quota/us";
    assertThat(get(region + "/container").status()).isEqualTo(404);
    assertThat(call("PATCH", region, "{\"totalCpuQuota\":5}").status()).isEqualTo(404);
    assertThat(
            call("PATCH", "/organizations/" + organisation + "/quota", "{\"snapshotQuota\":7}")
                .status())
        .isEqualTo(204);
    assertThat(daytona.rows().limits(organisation)).containsEntry("snapshotQuota", 7.0);

    var strict = FakeDaytona.at(() -> now, Timing.real());
    strict.start(ENVIRONMENT.withRegion("eu", true));
    assertThat(strict.rows().totals(strict.rows().adminOrganisation(), "eu"))
        .containsEntry("totalCpuQuota", 10.0);
    strict.close();
  }

  @Test
  void a_call_without_an_answer_may_have_been_done() {
    daytona.faults().loseAnswers(line -> line.equals("POST /admin/runners"));
    assertThatThrownBy(() -> call("POST", "/admin/runners", runner("second", "token-2")))
        .isInstanceOf(IOException.class);
    assertThat(daytona.rows().runner("second")).isPresent();
  }

  @Test
  void a_stopped_one_refuses_connections_and_keeps_its_rows() throws Exception {
    daytona.stop();
    assertThatThrownBy(() -> get("/health")).isInstanceOf(ConnectException.class);
    daytona.start(ENVIRONMENT);
    assertThat(get("/admin/runners").body()).hasSize(1);
    assertThat(daytona.calls()).extracting(Call::line).containsExactly("GET /admin/runners");
  }

  @Test
  void without_its_database_it_lives_but_is_not_ready() throws Exception {
    daytona.dependencies(false);
    assertThat(get("/health").status()).isEqualTo(200);
    assertThat(call(HEALTH, "GET", "/health/ready", "").status()).isEqualTo(503);
    assertThat(get("/admin/runners").status()).isEqualTo(500);
    assertThat(daytona.heartbeat("token-1", Usage.idle())).isFalse();
  }

  @Test
  void runners_that_live_report_by_themselves() throws Exception {
    try (var running = FakeDaytona.running(Timing.fast())) {
      running.start(ENVIRONMENT);
      running.heartbeats(Duration.ofMillis(50), () -> Map.of("token-1", Usage.idle()));
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> running.rows().snapshots().stream().anyMatch(s -> s.state().equals("active")));
    }
  }
}
