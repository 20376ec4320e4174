package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.Answer;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Refused;
import dev.daytonaoperator.operator.platform.Reply.Success;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The administration API of one platform (contract sections 5.2, 7 and 11). Each method is one
 * call, and none is repeated: after a call without an answer the caller lists and decides anew.
 */
public final class DaytonaAdmin {

  /** Class of all sandboxes that runners in containers serve. */
  private static final String SANDBOX_CLASS = "container";

  /** States of sandboxes that do not keep a runner's row (contract 5.2). */
  private static final Set<String> OFF_THE_RUNNER = Set.of("destroyed", "archived");

  private static final int LONGEST_WORDS = 300;
  private static final JsonNode NO_BODY = MissingNode.getInstance();

  private final DaytonaClient http;
  private final String api;
  private final Supplier<Optional<CredentialValue>> adminKey;

  /**
   * For one platform.
   *
   * @param api the API's URL with {@code /api}
   * @param adminKey read at every call; while it is absent no call is made
   */
  public DaytonaAdmin(
      DaytonaClient http, String api, Supplier<Optional<CredentialValue>> adminKey) {
    this.http = http;
    this.api = api;
    this.adminKey = adminKey;
  }

  /** All rows of a region. */
  public Reply<List<RunnerRow>> runners(String regionId) throws NoAnswerException {
    var answer = get("/admin/runners?regionId=" + encoded(regionId));
    return list(answer, answer.body(), RunnerRow::from, r -> named(r.id(), r.name()));
  }

  /** Makes a row. Daytona takes a token that another row has: uniqueness is the caller's. */
  public RunnerCreation createRunner(String regionId, String name, CredentialValue token)
      throws NoAnswerException {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("regionId", regionId)
            .put("name", name)
            .put("apiKey", token.reveal())
            .put("apiVersion", "2");
    var answer = send("POST", "/admin/runners", body);
    if (answer.status() == 409) {
      return new RunnerCreation.NameTaken();
    }
    return switch (id(answer, 201, token)) {
      case Success<String>(var id) -> new RunnerCreation.Created(id);
      case Refused<String>(var status, var words) -> new RunnerCreation.Refused(status, words);
    };
  }

  /**
   * Keeps new sandboxes away from a runner, or lets them come again. Daytona saves the whole row
   * here and may lose a race with a report of the runner: look again afterwards.
   *
   * @return why not; empty when it was done
   */
  public Optional<Refused<Void>> setUnschedulable(String id, boolean unschedulable)
      throws NoAnswerException {
    var body = JsonNodeFactory.instance.objectNode().put("unschedulable", unschedulable);
    var answer = send("PATCH", "/admin/runners/" + encoded(id) + "/scheduling", body);
    return unless(answer, 200, 204);
  }

  public RunnerDeletion deleteRunner(String id) throws NoAnswerException {
    var answer = send("DELETE", "/admin/runners/" + encoded(id), NO_BODY);
    return switch (answer.status()) {
      case 204, 404 -> new RunnerDeletion.Deleted();
      case 400 -> new RunnerDeletion.Busy(words(answer));
      default -> new RunnerDeletion.Refused(answer.status(), words(answer));
    };
  }

  /**
   * How many sandboxes Daytona believes to be on a runner, whatever runs there, but those that are
   * destroyed or archived. Only the runner itself may ask: one with no row is refused with 401.
   *
   * @param token the runner's own
   */
  public Reply<Integer> sandboxesOf(CredentialValue token) throws NoAnswerException {
    var answer = http.get(URI.create(api + "/sandbox/for-runner"), Optional.of(token));
    return switch (list(answer, answer.body(), s -> Fields.text(s, "state"), s -> !s.isEmpty())) {
      case Success<List<String>>(var states) ->
          new Success<>((int) states.stream().filter(s -> !OFF_THE_RUNNER.contains(s)).count());
      case Refused<List<String>>(var status, var words) -> new Refused<>(status, words);
    };
  }

  /**
   * Snapshots of exactly this name: the administrator's own first, then general ones of others. The
   * API itself looks for any part of a name, without regard to case.
   */
  public Reply<List<SnapshotRow>> snapshots(String name) throws NoAnswerException {
    var answer = get("/snapshots?limit=100&name=" + encoded(name));
    var items = answer.body().path("items");
    return switch (list(answer, items, SnapshotRow::from, s -> named(s.id(), s.name()))) {
      case Success<List<SnapshotRow>>(var all) ->
          new Success<>(all.stream().filter(s -> s.name().equals(name)).toList());
      case Refused<List<SnapshotRow>> refused -> refused;
    };
  }

  /** Makes a snapshot of the administrator's organisation; the answer has its id. */
  public Reply<SnapshotRow> createSnapshot(String name, String image) throws NoAnswerException {
    var body = JsonNodeFactory.instance.objectNode().put("name", name).put("imageName", image);
    return snapshot(sendAndWait("/snapshots", body));
  }

  /** Lets all organisations use a snapshot, or only its own. A general one cannot be deleted. */
  public Reply<SnapshotRow> setGeneral(String id, boolean general) throws NoAnswerException {
    var body = JsonNodeFactory.instance.objectNode().put("general", general);
    return snapshot(send("PATCH", "/admin/snapshots/" + encoded(id) + "/general", body));
  }

  /** Brings an inactive snapshot back; refused (400) in any other state. */
  public Reply<SnapshotRow> activate(String id) throws NoAnswerException {
    return snapshot(sendAndWait("/snapshots/" + encoded(id) + "/activate", NO_BODY));
  }

  /**
   * Has Daytona remove a snapshot, which takes it some seconds.
   *
   * @return why not; empty when it was accepted, or when it is gone already
   */
  public Optional<Refused<Void>> deleteSnapshot(String id) throws NoAnswerException {
    return unless(send("DELETE", "/snapshots/" + encoded(id), NO_BODY), 200, 204, 404);
  }

  public Reply<List<UserRow>> users() throws NoAnswerException {
    var answer = get("/admin/users");
    return list(answer, answer.body(), UserRow::from, u -> !u.id().isEmpty());
  }

  /** One user; empty when there is none. */
  public Reply<Optional<UserRow>> user(String id) throws NoAnswerException {
    var answer = get("/admin/users/" + encoded(id));
    if (answer.status() == 404) {
      return new Success<>(Optional.empty());
    }
    var row = UserRow.from(answer.body());
    return answer.status() == 200 && row.id().equals(id)
        ? new Success<>(Optional.of(row))
        : refused(answer);
  }

  /**
   * Makes a user with a personal organisation, and a key pair, which takes the API seconds. Only
   * for an id that is not there: the API does not look. It saves over the user, and takes that back
   * only because a second personal organisation is refused (403).
   */
  public Reply<String> createUser(NewUser user) throws NoAnswerException {
    return id(sendAndWait("/admin/users", user.body()), 201);
  }

  /** An organisation's totals in a region; empty when none are kept. */
  public Reply<Optional<RegionQuota>> regionQuota(String organisation, String regionId)
      throws NoAnswerException {
    var answer = get(quotaPath(organisation, regionId) + "/" + SANDBOX_CLASS);
    if (answer.status() == 404) {
      return new Success<>(Optional.empty());
    }
    return answer.status() == 200 && answer.body().isObject()
        ? new Success<>(Optional.of(RegionQuota.from(answer.body())))
        : refused(answer);
  }

  /** Changes an organisation's totals in a region that enforces quotas. */
  public Optional<Refused<Void>> setRegionQuota(
      String organisation, String regionId, OrganisationQuota quota) throws NoAnswerException {
    var body = quota.totals().put("sandboxClass", SANDBOX_CLASS);
    return unless(send("PATCH", quotaPath(organisation, regionId), body), 200, 204);
  }

  /** Changes what an organisation and one of its sandboxes may have, in all regions. */
  public Optional<Refused<Void>> setOrganisationQuota(String organisation, OrganisationQuota quota)
      throws NoAnswerException {
    var path = "/organizations/" + encoded(organisation) + "/quota";
    return unless(send("PATCH", path, quota.limits()), 200, 204);
  }

  private static String quotaPath(String organisation, String regionId) {
    return "/admin/organizations/" + encoded(organisation) + "/quota/" + encoded(regionId);
  }

  private Answer get(String path) throws NoAnswerException {
    return http.get(URI.create(api + path), Optional.of(key()));
  }

  private Answer send(String method, String path, JsonNode body) throws NoAnswerException {
    return http.send(method, URI.create(api + path), body, Optional.of(key()));
  }

  private Answer sendAndWait(String path, JsonNode body) throws NoAnswerException {
    return http.sendAndWait("POST", URI.create(api + path), body, Optional.of(key()));
  }

  private CredentialValue key() throws NoAnswerException {
    return adminKey
        .get()
        .orElseThrow(() -> new NoAnswerException("the administrator's key is not there yet"));
  }

  /** One row that cannot be understood spoils the list: it may not be taken for a missing one. */
  private <T> Reply<List<T>> list(
      Answer answer, JsonNode items, Function<JsonNode, T> read, Predicate<T> usable) {
    if (answer.status() != 200 || !items.isArray()) {
      return refused(answer);
    }
    var rows = new ArrayList<T>(items.size());
    for (var item : items) {
      var row = read.apply(item);
      if (!usable.test(row)) {
        return refused(answer);
      }
      rows.add(row);
    }
    return new Success<>(List.copyOf(rows));
  }

  private Reply<SnapshotRow> snapshot(Answer answer) {
    var row = SnapshotRow.from(answer.body());
    return (answer.status() == 200 || answer.status() == 201) && named(row.id(), row.name())
        ? new Success<>(row)
        : refused(answer);
  }

  private Reply<String> id(Answer answer, int expected, CredentialValue... secrets) {
    var id = Fields.text(answer.body(), "id");
    return answer.status() == expected && !id.isEmpty()
        ? new Success<>(id)
        : refused(answer, secrets);
  }

  private Optional<Refused<Void>> unless(Answer answer, Integer... done) {
    return List.of(done).contains(answer.status())
        ? Optional.empty()
        : Optional.of(refused(answer));
  }

  private <T> Refused<T> refused(Answer answer, CredentialValue... secrets) {
    return new Refused<>(answer.status(), words(answer, secrets));
  }

  /** The API's own words, shortened, and without a credential that it may have quoted. */
  private String words(Answer answer, CredentialValue... secrets) {
    if (answer.status() / 100 == 2) {
      return "the API's answer is not understood";
    }
    var message = Fields.text(answer.body(), "message");
    if (message.isBlank()) {
      return "the API answers " + answer.status();
    }
    var hidden = Stream.concat(Stream.of(secrets), adminKey.get().stream()).toList();
    for (var secret : hidden) {
      if (!secret.reveal().isEmpty()) {
        message = message.replace(secret.reveal(), secret.toString());
      }
    }
    return message.length() <= LONGEST_WORDS ? message : message.substring(0, LONGEST_WORDS) + "…";
  }

  private static boolean named(String id, String name) {
    return !id.isEmpty() && !name.isEmpty();
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
