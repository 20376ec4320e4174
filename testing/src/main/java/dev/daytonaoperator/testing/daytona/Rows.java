package dev.daytonaoperator.testing.daytona;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Looks into the platform's tables, and changes them as others than the operator do. */
public final class Rows {

  private final Platform platform;

  Rows(Platform platform) {
    this.platform = platform;
  }

  /** A runner's row as the test sees it. */
  public record RunnerView(
      String id,
      String region,
      String name,
      String token,
      String state,
      boolean unschedulable,
      int score,
      int sandboxes) {
    @Override
    public String toString() {
      return name + " (" + state + (unschedulable ? ", unschedulable)" : ")");
    }
  }

  public List<RunnerView> runners() {
    return locked(() -> platform.tables.runners.values().stream().map(this::view).toList());
  }

  public Optional<RunnerView> runner(String name) {
    return locked(() -> platform.tables.runner(name).map(this::view));
  }

  private RunnerView view(Runner r) {
    int sandboxes =
        (int)
            platform.tables.sandboxes.values().stream()
                .filter(s -> s.runnerId().equals(r.id) && s.holdsRunner())
                .count();
    return new RunnerView(
        r.id, r.region, r.name, r.token, r.state, r.unschedulable, r.score, sandboxes);
  }

  /** Each token that a row was ever made with, in order: a reused one comes twice. */
  public List<String> tokensEver() {
    return locked(() -> List.copyOf(platform.tables.tokensEver));
  }

  /** Somebody else makes a row. */
  public void addRunner(String region, String name, String token) {
    locked(() -> platform.createRunner(region, name, token));
  }

  /** Somebody else removes a row, in the database, whatever is on it. */
  public void dropRunner(String name) {
    locked(() -> platform.tables.runners.remove(row(name).id));
  }

  public void setToken(String name, String token) {
    locked(() -> row(name).token = token);
  }

  public void setUnschedulable(String name, boolean unschedulable) {
    locked(() -> row(name).unschedulable = unschedulable);
  }

  /** In the database, as no call does it for the shared region (contract 5.4). */
  public void setDraining(String name, boolean draining) {
    locked(() -> row(name).draining = draining && row(name).unschedulable);
  }

  public boolean draining(String name) {
    return locked(() -> row(name).draining);
  }

  public void decommission(String name) {
    setRunnerState(name, "decommissioned");
  }

  /** Until its next report, if it takes any. */
  public void setRunnerState(String name, String state) {
    locked(() -> row(name).state = state);
  }

  /** From now on the row has this score, whatever the runner reports. */
  public void pinScore(String name, int score) {
    locked(
        () -> {
          row(name).pinnedScore = OptionalInt.of(score);
          return row(name).score = score;
        });
  }

  private Runner row(String name) {
    return platform.tables.runner(name).orElseThrow();
  }

  /** Users start sandboxes on a runner; gives their ids. */
  public List<String> placeSandboxes(String runnerName, int count) {
    return locked(
        () -> {
          var ids = java.util.stream.Stream.generate(Tables::newId).limit(count).toList();
          var runner = row(runnerName).id;
          ids.forEach(
              id -> platform.tables.sandboxes.put(id, new Tables.Sandbox(id, runner, "started")));
          return ids;
        });
  }

  /** Such as {@code stopped}, {@code archived} or {@code destroyed}. */
  public void setSandboxState(Collection<String> ids, String state) {
    locked(
        () -> {
          ids.forEach(
              id ->
                  platform.tables.sandboxes.computeIfPresent(
                      id, (key, s) -> new Tables.Sandbox(key, s.runnerId(), state)));
          return true;
        });
  }

  /** A snapshot's row as the test sees it. */
  public record SnapshotView(
      String id, String organisation, String name, String state, boolean general) {}

  public List<SnapshotView> snapshots() {
    return locked(
        () ->
            platform.tables.snapshots.values().stream()
                .map(s -> new SnapshotView(s.id, s.organisation, s.name, s.state, s.general))
                .toList());
  }

  public String adminOrganisation() {
    return locked(() -> platform.adminOrganisation().id);
  }

  /** Another organisation has a snapshot. */
  public String addSnapshot(String organisation, String name, String state, boolean general) {
    return locked(
        () -> {
          var region = platform.environment().region().id();
          var now = platform.clock.instant();
          var snapshot = new Snapshot(organisation, region, name, name, general, now);
          snapshot.become(state, now);
          platform.tables.snapshots.put(snapshot.id, snapshot);
          return snapshot.id;
        });
  }

  public void setSnapshotState(String id, String state) {
    locked(
        () -> {
          platform.tables.snapshot(id).become(state, platform.clock.instant());
          return true;
        });
  }

  /** From now on pulling this image fails so. */
  public void failPulls(String image, String why) {
    locked(() -> platform.pullErrors.put(image, why));
  }

  public void healPulls(String image) {
    locked(() -> Optional.ofNullable(platform.pullErrors.remove(image)));
  }

  /** Why the default snapshot was not seeded at the last start; the real API only logs it. */
  public Optional<String> seedingRefused() {
    return locked(() -> platform.seedingRefused);
  }

  /** A user with the personal organisation, as the test sees them. */
  public record UserView(
      String id,
      String name,
      String email,
      String role,
      boolean emailVerified,
      String privateKey,
      String organisation,
      Optional<String> defaultRegion,
      boolean suspended) {}

  public List<UserView> users() {
    return locked(() -> platform.tables.users.values().stream().map(this::view).toList());
  }

  private UserView view(User u) {
    var own = platform.tables.personalOrganisation(u.id()).orElseThrow();
    return new UserView(
        u.id(),
        u.name(),
        u.email(),
        u.role(),
        u.emailVerified(),
        u.privateKey(),
        own.id,
        own.defaultRegion,
        own.suspended);
  }

  /**
   * Somebody logs in for the first time: their organisation has no default region (contract 6.3).
   */
  public void logIn(String id, String name, String email) {
    locked(
        () ->
            platform.createUser(
                new User(
                    id, name, email, "user", true, Platform.privateKey(), platform.clock.instant()),
                Optional.empty(),
                Optional.empty()));
  }

  /** An organisation's limits by the names of Daytona's DTO. */
  public Map<String, Double> limits(String organisation) {
    return locked(() -> Map.copyOf(platform.tables.organisation(organisation).limits));
  }

  /** An organisation's totals in a region; empty where none are kept. */
  public Map<String, Double> totals(String organisation, String region) {
    return locked(
        () ->
            Map.copyOf(
                platform
                    .tables
                    .organisation(organisation)
                    .regionQuotas
                    .getOrDefault(region, Map.of())));
  }

  /** The administrator's key is another one from now on; what the environment says is ignored. */
  public void setAdminKey(String key) {
    locked(() -> platform.tables.adminKey = Optional.of(key));
  }

  private <T> T locked(Supplier<T> work) {
    synchronized (platform) {
      return work.get();
    }
  }
}
