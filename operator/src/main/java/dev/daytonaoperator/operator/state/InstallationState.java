package dev.daytonaoperator.operator.state;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is remembered of an installation beyond the life of its resource.
 *
 * <p>The entries are the ConfigMap's data as people read it. Entries that this version does not
 * know are kept: an operator that is rolled back must not forget what a newer one has done.
 */
public record InstallationState(SortedMap<String, String> entries) {

  static final String VERSION = "version";
  static final String DATABASE_TYPE = "database.type";
  static final String DATABASE_HOST = "database.host";
  static final String DATABASE_NAME = "database.name";
  static final String DATABASE_USER = "database.user";
  static final String DATABASE_CLAIM = "database.claim";
  static final String DATABASE_CLAIM_UID = "database.claimUid";
  static final String DATABASE_EXISTING_CLAIM = "database.existingClaim";
  static final String REGION_ID = "region.id";
  static final String REGION_NAME = "region.name";
  static final String REGISTRY_HOST = "registry.host";
  static final String CLUSTER_DOMAIN = "cluster.domain";
  private static final String SEEDED = "seeded";
  private static final String RUNNERS = "runners";
  private static final String RUNNER = "runner.";
  private static final String CLAIM_UID = ".claimUid";
  private static final String POOL = "pool.";
  private static final String ADMIN_QUOTAS = "quotas.admin";
  private static final String ISSUED = "credentials.issued";
  private static final String STEP = "step.";
  private static final String ROTATION = "rotation.";
  private static final String COPY = "copied.";
  private static final String UPGRADE_FROM = "upgrade.from";
  private static final String UPGRADE_TO = "upgrade.to";
  private static final String UPGRADE_STARTED = "upgrade.startedAt";
  private static final String USER = "user.";
  private static final String USER_ID = ".id";
  private static final String BEGUN = "Begun";
  private static final String SUCCEEDED = "Succeeded";

  /** Nothing has happened yet. */
  public static final InstallationState EMPTY = new InstallationState(Collections.emptySortedMap());

  public InstallationState {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  public static InstallationState of(Map<String, String> data) {
    return new InstallationState(new TreeMap<>(data));
  }

  /** The Daytona version that runs, which an upgrade starts from. */
  public Optional<String> version() {
    return entry(VERSION);
  }

  public InstallationState withVersion(String version) {
    return with(VERSION, version);
  }

  /** The upgrade that is under way. */
  public Optional<UpgradeRecord> upgrade() {
    var from = entries.get(UPGRADE_FROM);
    var to = entries.get(UPGRADE_TO);
    var started = entries.get(UPGRADE_STARTED);
    return from == null || to == null || started == null
        ? Optional.empty()
        : Optional.of(new UpgradeRecord(from, to, started));
  }

  public InstallationState withUpgrade(UpgradeRecord upgrade) {
    return with(UPGRADE_FROM, upgrade.from())
        .with(UPGRADE_TO, upgrade.to())
        .with(UPGRADE_STARTED, upgrade.startedAt());
  }

  /** It has arrived, or was given up. */
  public InstallationState withoutUpgrade() {
    return without(UPGRADE_FROM).without(UPGRADE_TO).without(UPGRADE_STARTED);
  }

  /** Whether a database was ever in use; then the credentials that open its data are bound. */
  public boolean databaseKnown() {
    return entries.containsKey(DATABASE_TYPE);
  }

  /** Uid of the bundled database's claim; a claim of the same name with another uid is empty. */
  public Optional<String> databaseClaimUid() {
    return entry(DATABASE_CLAIM_UID);
  }

  public InstallationState withDatabaseClaim(String name, String uid) {
    return with(DATABASE_CLAIM, name).with(DATABASE_CLAIM_UID, uid);
  }

  public Optional<String> registryHost() {
    return entry(REGISTRY_HOST);
  }

  public Optional<String> clusterDomain() {
    return entry(CLUSTER_DOMAIN);
  }

  public Optional<String> regionId() {
    return entry(REGION_ID);
  }

  /** Whether the API's first boot has filled the database (contract 3.2). */
  public boolean seeded() {
    return entries.containsKey(SEEDED);
  }

  public InstallationState withSeeded() {
    return with(SEEDED, "true");
  }

  /**
   * Whether a step was done.
   *
   * @param step id of the step
   * @param occasion the Daytona version or a hash of what the step depends on
   */
  public boolean stepDone(String step, String occasion) {
    return SUCCEEDED.equals(entries.get(STEP + step + "." + occasion));
  }

  public InstallationState withStepDone(String step, String occasion) {
    return with(STEP + step + "." + occasion, SUCCEEDED);
  }

  /** Notes that a step is about to be done; one that is done already stays so. */
  public InstallationState withStepBegun(String step, String occasion) {
    return stepDone(step, occasion) ? this : with(STEP + step + "." + occasion, BEGUN);
  }

  /** What a step has been begun or done for. */
  public SortedSet<String> occasions(String step) {
    var prefix = STEP + step + ".";
    return entries.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()))
        .collect(toCollection(TreeSet::new));
  }

  /** Forgets what a step was done for, once something else tells the same. */
  public InstallationState withoutStep(String step, Predicate<String> occasion) {
    var state = this;
    for (var done : occasions(step)) {
      state = occasion.test(done) ? state.without(STEP + step + "." + done) : state;
    }
    return state;
  }

  /** The last rotation that was served; 0 before the first. */
  public int rotation(String name) {
    return number(entry(ROTATION + name).orElse("0"));
  }

  public InstallationState withRotation(String name, int counter) {
    return with(ROTATION + name, Integer.toString(counter));
  }

  /** Digest of the credential that Daytona's database has a copy of. */
  public Optional<String> copy(String name) {
    return entry(COPY + name).map(text -> text.substring(text.indexOf(' ') + 1));
  }

  /** How often a copy was changed; makes each time an occasion of its own. */
  public int copies(String name) {
    return entry(COPY + name).map(text -> number(text.split(" ", 2)[0])).orElse(0);
  }

  /** Notes a copy that Daytona has made by itself. */
  public InstallationState withCopy(String name, String digest) {
    return with(COPY + name, copies(name) + " " + digest);
  }

  /** Notes a copy that a step has changed. */
  public InstallationState withNextCopy(String name, String digest) {
    return with(COPY + name, (copies(name) + 1) + " " + digest);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0; // by somebody's hand
    }
  }

  /** The OIDC user id that was made for a Dex user. */
  public Optional<String> userId(String username) {
    return entry(USER + username + USER_ID);
  }

  public InstallationState withUserId(String username, String id) {
    return with(USER + username + USER_ID, id);
  }

  /** Names of runners that may have a row in Daytona or a volume. */
  public SortedSet<String> runners() {
    return list(RUNNERS);
  }

  public InstallationState withRunners(Set<String> names) {
    return names.isEmpty() ? without(RUNNERS) : with(RUNNERS, list(names));
  }

  /** Forgets a runner that has neither a row nor a use for its volume. */
  public InstallationState withoutRunner(String name) {
    var left = runners();
    left.remove(name);
    return withRunners(left)
        .without(RUNNER + name)
        .without(RUNNER + name + CLAIM_UID)
        .without(COPY + RUNNER + name);
  }

  /** What is being done to a runner; empty while it serves. */
  public Optional<RunnerPhase> phase(String runner) {
    return entry(RUNNER + runner).flatMap(RunnerPhase::of);
  }

  public InstallationState withPhase(String runner, RunnerPhase phase) {
    return with(RUNNER + runner, phase.entry());
  }

  public InstallationState withoutPhase(String runner) {
    return without(RUNNER + runner);
  }

  /** Uid of the claim that holds a runner's data; another one of the same name is empty. */
  public Optional<String> runnerClaimUid(String runner) {
    return entry(RUNNER + runner + CLAIM_UID);
  }

  public InstallationState withRunnerClaimUid(String runner, String uid) {
    return with(RUNNER + runner + CLAIM_UID, uid);
  }

  /** Names of the pools whose settings are kept. */
  public SortedSet<String> pools() {
    return entries.keySet().stream()
        .filter(key -> key.startsWith(POOL))
        .map(key -> key.substring(POOL.length()))
        .collect(toCollection(TreeSet::new));
  }

  /** A pool's settings as JSON: its runners outlive their entry in the spec. */
  public Optional<String> pool(String name) {
    return entry(POOL + name);
  }

  public InstallationState withPool(String name, String json) {
    return with(POOL + name, json);
  }

  public InstallationState withoutPool(String name) {
    return without(POOL + name);
  }

  /** Quotas of the administrator's organisation that hold in Daytona. */
  public Optional<String> adminQuotas() {
    return entry(ADMIN_QUOTAS);
  }

  public InstallationState withAdminQuotas(String quotas) {
    return with(ADMIN_QUOTAS, quotas);
  }

  /** Names of bound credentials that data may depend on; never a value. */
  public SortedSet<String> issued() {
    return list(ISSUED);
  }

  public InstallationState withIssued(Set<String> names) {
    return names.isEmpty() ? without(ISSUED) : with(ISSUED, list(names));
  }

  Optional<String> entry(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  InstallationState with(String key, String value) {
    if (value.equals(entries.get(key))) {
      return this;
    }
    var changed = new TreeMap<>(entries);
    changed.put(key, value);
    return new InstallationState(changed);
  }

  private InstallationState without(String key) {
    if (!entries.containsKey(key)) {
      return this;
    }
    var changed = new TreeMap<>(entries);
    changed.remove(key);
    return new InstallationState(changed);
  }

  private SortedSet<String> list(String key) {
    return Stream.of(entries.getOrDefault(key, "").split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(toCollection(TreeSet::new));
  }

  private static String list(Set<String> names) {
    return names.stream().sorted().collect(joining(","));
  }
}
