package dev.daytonaoperator.testing.daytona;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the API does by itself: seeding at its start, giving runners up, bringing snapshots along.
 * All methods are called under the monitor of {@link #tables}.
 */
final class Platform {

  static final String ADMIN = "daytona-admin";

  final Tables tables = new Tables();
  final InstantSource clock;
  private final Timing timing;
  private Optional<Environment> environment = Optional.empty();
  private Instant startedAt = Instant.EPOCH;
  private boolean snapshotSeedingDue;

  /** Why images cannot be pulled, by image. */
  final Map<String, String> pullErrors = new HashMap<>();

  /** Why the default snapshot was not seeded at the last start. */
  Optional<String> seedingRefused = Optional.empty();

  Platform(InstantSource clock, Timing timing) {
    this.clock = clock;
    this.timing = timing;
  }

  Environment environment() {
    return environment.orElseThrow(() -> new IllegalStateException("the API was never started"));
  }

  Organisation adminOrganisation() {
    return tables.personalOrganisation(ADMIN).orElseThrow();
  }

  Environment.Region region(String id) {
    return Optional.ofNullable(tables.regions.get(id))
        .orElseThrow(() -> new Refusal(404, "Region not found"));
  }

  /** The API's process starts: what is missing is seeded, what is there stays (contract 3.2). */
  void start(Environment env) {
    environment = Optional.of(env);
    startedAt = clock.instant();
    tables.regions.putIfAbsent(env.region().id(), env.region());
    if (!tables.users.containsKey(ADMIN)) {
      createUser(
          new User(ADMIN, "Daytona Admin", "", "admin", false, privateKey(), clock.instant()),
          Optional.of(env.quotas().admin()),
          Optional.of(env.region().id()));
      tables.adminKey = Optional.of(env.keys().admin());
    }
    env.defaultRunner()
        .filter(seeded -> tables.runner(seeded.name()).isEmpty())
        .ifPresent(seeded -> createRunner(env.region().id(), seeded.name(), seeded.token()));
    snapshotSeedingDue = true;
  }

  Runner createRunner(String region, String name, String token) {
    var runner = new Runner(region, name, token, clock.instant());
    tables.runners.put(runner.id, runner);
    tables.tokensEver.add(token);
    return runner;
  }

  User createUser(User user, Optional<Map<String, Double>> quota, Optional<String> regionId) {
    if (tables.personalOrganisation(user.id()).isPresent()) {
      throw new Refusal(403, "Personal organization already exists");
    }
    regionId.ifPresent(this::region);
    boolean suspended = !user.role().equals("admin") && !user.emailVerified();
    var organisation = new Organisation(user.id(), regionId, suspended);
    quota
        .orElse(environment().quotas().standard())
        .forEach(
            (name, value) -> {
              if (!Organisation.TOTALS.contains(name)) {
                organisation.limits.put(name, value);
              } else if (regionId.isPresent() && region(regionId.get()).enforcesQuotas()) {
                organisation
                    .regionQuotas
                    .computeIfAbsent(regionId.get(), r -> new HashMap<>())
                    .put(name, value);
              }
            });
    tables.users.put(user.id(), user);
    tables.organisations.put(organisation.id, organisation);
    return user;
  }

  static String privateKey() {
    return "private key " + UUID.randomUUID();
  }

  /** What the API's timers do. */
  void sweep() {
    var now = clock.instant();
    for (var runner : tables.runners.values()) {
      giveUp(runner, now);
      drain(runner);
    }
    seedSnapshot(now);
    for (var snapshot : List.copyOf(tables.snapshots.values())) {
      bringAlong(snapshot, now);
    }
  }

  /** After its own start the API waits for the first reports. A given-up runner's check is new. */
  private void giveUp(Runner runner, Instant now) {
    if (runner.state.equals("decommissioned") || runner.lastChecked.isEmpty()) {
      return;
    }
    var since = runner.lastChecked.get().isBefore(startedAt) ? startedAt : runner.lastChecked.get();
    if (passed(since, timing.unresponsiveAfter(), now)) {
      runner.state = "unresponsive";
      runner.lastChecked = Optional.of(now); // contract 11: the flip refreshes it
    }
  }

  /** Sandboxes that run stay; all that are stopped have a backup here (contract 5.4). */
  private void drain(Runner runner) {
    if (!runner.draining || runner.state.equals("decommissioned")) {
      return;
    }
    tables.runners.values().stream()
        .filter(other -> other.region.equals(runner.region) && other.state.equals("ready"))
        .filter(other -> !other.unschedulable && !other.draining)
        .filter(other -> other.score >= environment().scores().availabilityThreshold())
        .findFirst()
        .ifPresent(
            target ->
                tables.sandboxes.replaceAll(
                    (id, s) ->
                        s.runnerId().equals(runner.id) && s.state().equals("stopped")
                            ? new Tables.Sandbox(id, target.id, s.state())
                            : s));
    if (!tables.holdsSandboxes(runner.id)) {
      runner.state = "decommissioned"; // the real one looks three times
    }
  }

  /** Once per start, after the seeded runner's first report or half a minute; never again. */
  private void seedSnapshot(Instant now) {
    if (!snapshotSeedingDue) {
      return;
    }
    var seeded = environment().defaultRunner().flatMap(runner -> tables.runner(runner.name()));
    boolean fresh = seeded.filter(r -> !r.createdAt.isBefore(startedAt)).isPresent();
    boolean ready = seeded.filter(r -> r.state.equals("ready")).isPresent();
    if (fresh && !ready && !passed(startedAt, timing.seedingWait(), now)) {
      return;
    }
    snapshotSeedingDue = false;
    var name = environment().defaultSnapshot();
    boolean there =
        tables.snapshots.values().stream()
            .anyMatch(
                s ->
                    s.name.equals(name)
                        && (s.general || s.organisation.equals(adminOrganisation().id)));
    if (!there) {
      try {
        SnapshotRoutes.create(this, adminOrganisation(), name, name, true);
      } catch (Refusal e) {
        seedingRefused = Optional.of(String.valueOf(e.getMessage())); // the API logs it
      }
    }
  }

  private void bringAlong(Snapshot snapshot, Instant now) {
    switch (snapshot.state) {
      case "pending" -> assign(snapshot, now);
      case "pulling" -> {
        if (passed(snapshot.changedAt, timing.pull(), now)) {
          pulled(snapshot, now);
        }
      }
      case "removing" -> {
        if (passed(snapshot.changedAt, timing.removal(), now)) {
          tables.snapshots.remove(snapshot.id);
        }
      }
      default -> {
        // active, inactive and failed ones stay what they are
      }
    }
  }

  /** A runner that is away keeps its snapshots waiting; one that is gone fails them. */
  private void pulled(Snapshot snapshot, Instant now) {
    var id = snapshot.initialRunner.orElseThrow();
    var runner = tables.runners.get(id);
    if (runner == null) {
      snapshot.fail("Runner with ID " + id + " not found", now);
    } else if (runner.state.equals("ready")) {
      var error = pullErrors.get(snapshot.image);
      if (error == null) {
        snapshot.become("active", now);
      } else {
        snapshot.fail(error, now);
      }
    }
  }

  /** Without a runner of a high enough score it stays pending, without a word (contract 5.6). */
  private void assign(Snapshot snapshot, Instant now) {
    var scores = environment().scores();
    int lowest = scores.availabilityThreshold() + scores.initialRunnerAddon();
    tables.runners.values().stream()
        .filter(r -> r.region.equals(snapshot.region) && r.state.equals("ready"))
        .filter(r -> !r.unschedulable && r.gpus == 0 && r.score >= lowest)
        .findFirst()
        .ifPresent(
            runner -> {
              snapshot.initialRunner = Optional.of(runner.id);
              snapshot.become("pulling", now);
            });
  }

  private static boolean passed(Instant since, Duration time, Instant now) {
    return Duration.between(since, now).compareTo(time) >= 0;
  }
}
