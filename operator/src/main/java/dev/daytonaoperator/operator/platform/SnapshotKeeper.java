package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Refused;
import dev.daytonaoperator.operator.platform.Reply.Success;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the default snapshot of one platform, without which no sandbox can be made. Daytona
 * tries to make it once per start of its API and only logs when that fails (contract 3.2).
 *
 * <p>What to do next follows from the list alone; what is remembered only spaces attempts, so that
 * nothing is lost with this process. An active snapshot is never deleted, nor is one of another
 * organisation or image touched.
 */
public final class SnapshotKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);

  /** The API waits half a minute for its seeded runner before it makes the snapshot itself. */
  private static final Duration SEEDING = Duration.ofSeconds(90);

  /** Pulling may take this long before it is explained. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of Daytona's words, which may be a whole log. */
  private static final int LONGEST_REASON = 300;

  /** The list was refused, and so everything will be. */
  static final Answer KEY_REFUSED =
      new Answer(Verdict.UNKNOWN, "not known: the API refuses the administrator's key");

  private final InstantSource clock;
  private SnapshotMemory memory = new SnapshotMemory("", Instant.MIN);

  public SnapshotKeeper(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Looks at the snapshot and does the next thing about it: at most two calls.
   *
   * @param fleet the runners that Daytona has just told of
   * @param acting false to look only
   * @throws NoAnswerException when it could not be looked at
   */
  public Answer step(DaytonaAdmin admin, SnapshotWish wish, FleetView fleet, boolean acting)
      throws NoAnswerException {
    var now = clock.instant();
    if (!memory.name.equals(wish.name())) {
      memory = new SnapshotMemory(wish.name(), now);
    }
    return switch (admin.snapshots(wish.name())) {
      case Refused<List<SnapshotRow>> refused ->
          refused.unauthorised()
              ? KEY_REFUSED
              : new Answer(Verdict.UNKNOWN, "not known: " + refused.message());
      case Success<List<SnapshotRow>>(var rows) -> {
        var turn = new Turn(admin, wish, fleet, acting, now);
        try {
          yield turn.take(rows);
        } catch (NoAnswerException e) {
          // it may have been done: the next list tells
          yield bad("'" + wish.name() + "': " + e.getMessage());
        }
      }
    };
  }

  private static Answer bad(String message) {
    return new Answer(Verdict.BAD, message);
  }

  private static Answer failed(String message) {
    return new Answer(Verdict.FAILED, message);
  }

  /** One look. */
  private final class Turn {

    private final DaytonaAdmin admin;
    private final SnapshotWish wish;
    private final FleetView fleet;
    private final boolean acting;
    private final Instant now;
    private final String name;

    Turn(DaytonaAdmin admin, SnapshotWish wish, FleetView fleet, boolean acting, Instant now) {
      this.admin = admin;
      this.wish = wish;
      this.fleet = fleet;
      this.acting = acting;
      this.now = now;
      this.name = "'" + wish.name() + "'";
    }

    Answer take(List<SnapshotRow> rows) throws NoAnswerException {
      if (rows.stream().anyMatch(s -> s.general() && s.state().equals("active"))) {
        memory = new SnapshotMemory(wish.name(), memory.begun);
        return new Answer(Verdict.GOOD, name + " is active");
      }
      // Only the administrator's own are listed without being general.
      var own = rows.stream().filter(s -> !s.general()).findFirst();
      if (own.isPresent()) {
        return own(own.get());
      }
      return rows.isEmpty() ? create() : general(rows.getFirst());
    }

    /** Half made by us, or half removed. */
    private Answer own(SnapshotRow row) throws NoAnswerException {
      if (!row.image().equals(wish.name())) {
        return failed(
            name
                + " is a snapshot of the administrator's of image '"
                + row.image()
                + "' and not general; rename it, or make it general in Daytona");
      }
      if (row.state().equals("removing")) {
        return bad(name + " is being removed, to be made again");
      }
      if (row.failed()) {
        return delete(row);
      }
      if (!acting) {
        return bad(name + " is not general");
      }
      return switch (admin.setGeneral(row.id(), true)) {
        case Success<SnapshotRow>(var changed) -> {
          log("default snapshot made general");
          yield changed.state().equals("active")
              ? new Answer(Verdict.GOOD, name + " is active")
              : waiting(changed);
        }
        case Refused<SnapshotRow> refused -> refused(refused, "not made general");
      };
    }

    private Answer general(SnapshotRow row) throws NoAnswerException {
      if (row.failed()) {
        return takeBack(row);
      }
      return row.state().equals("inactive") ? activate(row) : waiting(row);
    }

    private Answer activate(SnapshotRow row) throws NoAnswerException {
      if (!acting || !memory.backoff.due(now)) {
        return bad(name + " is inactive" + refusal());
      }
      return switch (admin.activate(row.id())) {
        case Success<SnapshotRow>(var changed) -> {
          log("default snapshot activated");
          yield waiting(changed);
        }
        case Refused<SnapshotRow> refused -> refused(refused, "is inactive");
      };
    }

    /**
     * A general snapshot cannot be deleted, and one that has failed cannot be activated; but the
     * refusal to do so tells whether it is the administrator's (400) or another's (404).
     */
    private Answer takeBack(SnapshotRow row) throws NoAnswerException {
      if (!acting || row.id().equals(memory.foreignId) || !dueAfter(row)) {
        return broken(row);
      }
      if (row.id().equals(memory.ownedId)) {
        var refused = admin.setGeneral(row.id(), false);
        return refused instanceof Refused<SnapshotRow> no ? refused(no, "failed") : broken(row);
      }
      if (admin.activate(row.id()) instanceof Refused<SnapshotRow> told) {
        switch (told.status()) {
          case 400 -> memory.ownedId = row.id();
          case 404 -> memory.foreignId = row.id();
          default -> {
            return refused(told, "failed");
          }
        }
      }
      return broken(row);
    }

    private Answer delete(SnapshotRow row) throws NoAnswerException {
      if (!acting || !dueAfter(row)) {
        return broken(row);
      }
      var refused = admin.deleteSnapshot(row.id());
      if (refused.isPresent()) {
        return refused(refused.get(), "failed");
      }
      log("failed default snapshot removed");
      return broken(row);
    }

    private Answer create() throws NoAnswerException {
      if (!acting) {
        return bad(name + " does not exist");
      }
      if (memory.begun.plus(SEEDING).isAfter(now)) {
        return bad(name + " is not there yet; Daytona makes it when a runner has registered");
      }
      if (!hasTakers()) {
        return bad(name + " does not exist: " + WhyPending.of(wish, fleet));
      }
      if (!memory.backoff.due(now)) {
        return failed(name + " does not exist" + refusal());
      }
      return switch (admin.createSnapshot(wish.name(), wish.name())) {
        case Success<SnapshotRow>(var created) -> {
          log("default snapshot created");
          yield waiting(created);
        }
        case Refused<SnapshotRow> refused ->
            refused.nameTaken()
                ? bad(name + " has just been made") // by the API itself: the next list shows it
                : refused(refused, "was not made");
      };
    }

    /** Daytona refuses to make a snapshot when every row is unschedulable, ready or not. */
    private boolean hasTakers() {
      return fleet.runners().values().stream()
          .anyMatch(r -> !r.row().unschedulable() && r.row().gpus() == 0);
    }

    private Answer waiting(SnapshotRow row) {
      var what = row.id() + row.state();
      if (!memory.waitsFor.equals(what)) {
        memory.waitsFor = what;
        memory.waitsSince = now;
      }
      var message = name + " is " + row.state();
      if (memory.waitsSince.plus(PATIENCE).isAfter(now)) {
        return bad(message);
      }
      return bad(
          row.state().equals("pending") && row.initialRunner().isEmpty()
              ? message + ": " + WhyPending.of(wish, fleet)
              : message + puller(row));
    }

    private String puller(SnapshotRow row) {
      return fleet.runners().values().stream()
          .filter(r -> r.row().id().equals(row.initialRunner()))
          .findFirst()
          .map(r -> " on runner " + r.row().name() + " (" + r.row().state() + ")")
          .orElse("");
    }

    /** Each failed row counts once. */
    private boolean dueAfter(SnapshotRow row) {
      if (!memory.failedId.equals(row.id())) {
        memory.failedId = row.id();
        memory.backoff.failed(now);
      }
      return memory.backoff.due(now);
    }

    private Answer broken(SnapshotRow row) {
      var why = row.errorReason().isEmpty() ? "no reason given" : shortened(row.errorReason());
      var message = name + " failed: " + why;
      if (row.id().equals(memory.foreignId)) {
        return failed(
            message + " (it is another organisation's: make it private or remove it in Daytona)");
      }
      return failed(
          message
              + (acting ? again() : "")
              + "; runners must be able to pull sandboxes.defaultSnapshot");
    }

    private static String shortened(String words) {
      return words.length() <= LONGEST_REASON ? words : words.substring(0, LONGEST_REASON) + "…";
    }

    private Answer refused(Refused<?> refused, String what) {
      memory.backoff.failed(now);
      memory.refusal = Optional.of(refused.message());
      return failed(name + " " + what + refusal());
    }

    private String refusal() {
      return memory.refusal.map(words -> ": " + words + again()).orElse("");
    }

    private String again() {
      return memory.backoff.due(now)
          ? ""
          : "; tried again at " + memory.backoff.notBefore().truncatedTo(ChronoUnit.SECONDS);
    }

    private void log(String what) {
      LOG.atInfo()
          .addKeyValue("snapshot", wish.name())
          .addKeyValue("region", wish.region())
          .log(what);
    }
  }
}
