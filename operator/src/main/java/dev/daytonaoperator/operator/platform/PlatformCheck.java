package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One look at one platform, in the order in which failures explain each other: alive with database
 * and cache, complete configuration, a valid administrator's key, the default snapshot (contract
 * sections 5.6 and 7).
 *
 * @param api the API's URL with {@code /api}
 * @param issuer what {@code /api/config} must say, or logins fail (contract T11)
 * @param snapshot name of the default snapshot; absent where no runner could hold it
 * @param healthKey absent while its Secret is not there
 * @param adminKey absent while its Secret is not there
 */
record PlatformCheck(
    String api,
    String issuer,
    Optional<String> snapshot,
    Optional<CredentialValue> healthKey,
    Optional<CredentialValue> adminKey) {

  PlatformHealth ask(DaytonaClient client) {
    var trouble = trouble(client);
    if (trouble.isPresent()) {
      return trouble.get();
    }
    try {
      return snapshot.isPresent() ? snapshot(client, snapshot.get()) : withoutSnapshot(client);
    } catch (NoAnswerException e) {
      return unreachable(String.valueOf(e.getMessage()));
    }
  }

  /** What is wrong with the API itself; empty when it answers, is ready and rightly configured. */
  Optional<PlatformHealth> trouble(DaytonaClient client) {
    try {
      var unready = unready(client);
      var problem = unready.isPresent() ? unready : misconfigured(client);
      return problem.map(PlatformCheck::unreachable);
    } catch (NoAnswerException e) {
      return Optional.of(unreachable(String.valueOf(e.getMessage())));
    }
  }

  /** Of an API without {@link #trouble}, with what {@link SnapshotKeeper} found. */
  static PlatformHealth reached(Answer snapshot) {
    return snapshot.equals(SnapshotKeeper.KEY_REFUSED)
        ? unreachable("the API refuses the administrator's key")
        : new PlatformHealth(new Answer(Verdict.GOOD, ""), snapshot);
  }

  private Optional<String> unready(DaytonaClient client) throws NoAnswerException {
    int status = client.get(uri("/health/ready"), healthKey).status();
    return switch (status) {
      case 200 -> Optional.empty();
      case 401, 403 -> Optional.of("the API refuses the health-check key; restart it");
      case 503 -> Optional.of("the API does not reach its database or cache");
      default -> Optional.of("/api/health/ready answers " + status);
    };
  }

  private Optional<String> misconfigured(DaytonaClient client) throws NoAnswerException {
    var config = client.get(uri("/config"), Optional.empty());
    if (config.status() != 200) {
      return Optional.of("/api/config answers " + config.status() + "; see the API's log");
    }
    var told = config.body().at("/oidc/issuer").asText();
    return told.equals(issuer)
        ? Optional.empty()
        : Optional.of(
            "the API tells clients the issuer '" + told + "' instead of '" + issuer + "'");
  }

  /** Without a runner for CPU sandboxes Daytona makes none; the key is looked at all the same. */
  private PlatformHealth withoutSnapshot(DaytonaClient client) throws NoAnswerException {
    int status = client.get(uri("/snapshots?limit=1"), adminKey).status();
    return status == 401 || status == 403
        ? unreachable("the API refuses the administrator's key")
        : new PlatformHealth(
            new Answer(Verdict.GOOD, ""),
            new Answer(Verdict.NOT_APPLICABLE, "no runner for CPU sandboxes"));
  }

  private PlatformHealth snapshot(DaytonaClient client, String snapshot) throws NoAnswerException {
    var name = URLEncoder.encode(snapshot, StandardCharsets.UTF_8);
    var found = client.get(uri("/snapshots?limit=100&name=" + name), adminKey);
    if (found.status() == 401 || found.status() == 403) {
      return unreachable("the API refuses the administrator's key");
    }
    var reachable = new Answer(Verdict.GOOD, "");
    if (found.status() != 200) {
      return new PlatformHealth(
          reachable, new Answer(Verdict.BAD, "/api/snapshots answers " + found.status()));
    }
    return new PlatformHealth(reachable, judged(found.body().path("items"), snapshot));
  }

  private static Answer judged(JsonNode items, String snapshot) {
    return StreamSupport.stream(items.spliterator(), false)
        .filter(item -> item.path("name").asText().equals(snapshot))
        .findFirst()
        .map(item -> judgedOne(item, snapshot))
        .orElseGet(
            () ->
                new Answer(
                    Verdict.BAD,
                    "'"
                        + snapshot
                        + "' does not exist: Daytona makes it once, when a runner has"
                        + " registered; restart the API to let it try again"));
  }

  private static Answer judgedOne(JsonNode item, String snapshot) {
    var state = item.path("state").asText();
    return switch (state) {
      case "active" -> new Answer(Verdict.GOOD, "'" + snapshot + "' is active");
      case "error", "build_failed" ->
          new Answer(
              Verdict.FAILED,
              "'" + snapshot + "' failed: " + item.path("errorReason").asText("no reason"));
      default ->
          new Answer(
              Verdict.BAD,
              "'"
                  + snapshot
                  + "' is "
                  + state
                  + "; if it stays so, no runner has a high enough"
                  + " score: look at disk and memory of the runners' nodes");
    };
  }

  static PlatformHealth unreachable(String why) {
    return new PlatformHealth(
        new Answer(Verdict.BAD, why), new Answer(Verdict.UNKNOWN, "not known: " + why));
  }

  private URI uri(String path) {
    return URI.create(api + path);
  }
}
