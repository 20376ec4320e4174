package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import java.net.URI;
import java.util.Optional;

/**
 * Whether one platform's API answers as it should: alive with database and cache, and completely
 * configured (contract section 7). What is asked of it afterwards explains itself.
 *
 * @param api the API's URL with {@code /api}
 * @param issuer what {@code /api/config} must say, or logins fail (contract T11)
 * @param healthKey absent while its Secret is not there
 */
record PlatformCheck(String api, String issuer, Optional<CredentialValue> healthKey) {

  /** What is wrong with the API itself; empty when it answers, is ready and rightly configured. */
  Optional<PlatformHealth> trouble(DaytonaClient client) {
    try {
      var unready = unready(client);
      var problem = unready.isPresent() ? unready : misconfigured(client);
      return problem.map(PlatformCheck::unreachable);
    } catch (NoAnswerException e) {
      return Optional.of(
          unreachable(
              e.getMessage()
                  + "; see the API's log, and whether a NetworkPolicy keeps the operator from it"));
    }
  }

  /**
   * Of an API without {@link #trouble}.
   *
   * @param snapshot what {@link SnapshotKeeper} found
   * @param remark what else could not be done; a person should know, but sandboxes work
   */
  static PlatformHealth reached(Answer snapshot, Optional<Answer> remark) {
    return snapshot.equals(SnapshotKeeper.KEY_REFUSED)
        ? unreachable(PlatformHealth.ADMIN_KEY_REFUSED)
        : new PlatformHealth(
            new Answer(Verdict.GOOD, remark.map(Answer::message).orElse("")), snapshot);
  }

  private Optional<String> unready(DaytonaClient client) throws NoAnswerException {
    int status = client.get(uri("/health/ready"), healthKey).status();
    return switch (status) {
      case 200 -> Optional.empty();
      case 401, 403 -> Optional.of("the API refuses the health-check key; restart it");
      case 503 ->
          Optional.of(
              "the API does not reach its database or cache; see DatabaseReady, CacheReady and the"
                  + " API's log, and with external ones network and login");
      default -> Optional.of("/api/health/ready answers " + status + "; see the API's log");
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
            "the API tells clients the issuer '"
                + told
                + "' instead of '"
                + issuer
                + "'; restart it, or take the variable out of components[].pod");
  }

  static PlatformHealth unreachable(String why) {
    return new PlatformHealth(
        new Answer(Verdict.BAD, why), new Answer(Verdict.UNKNOWN, "not known: " + why));
  }

  private URI uri(String path) {
    return URI.create(api + path);
  }
}
