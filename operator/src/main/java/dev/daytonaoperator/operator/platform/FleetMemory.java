package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.platform.RunnerView.Resource;
import dev.daytonaoperator.operator.platform.RunnerView.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one process remembers of the runners of one installation between two looks. Losing it makes
 * waits begin anew and no more.
 */
final class FleetMemory {

  /** Numbers that moved alone are shown this much later. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What fills is told of until so much less is used, in percent. */
  private static final int WAVERING = 5;

  private static final int STEP = 5;
  private static final double MOVED = 10;

  private static final class Runner {
    @Nullable Instant heldSince;
    @Nullable Shown shown;
    @Nullable Instant shownAt;
    String state = "";
    OptionalInt sandboxes = OptionalInt.empty();
    Instant countedAt = Instant.MIN;
    String remark = "";
    Set<Resource> filling = EnumSet.noneOf(Resource.class);
  }

  private final Map<String, Runner> runners = new HashMap<>();

  /** Takes over what a new answer says of one runner. */
  RunnerView look(RunnerRow row, boolean tokenFits, Cliff cliff, Instant now) {
    var known = runners.computeIfAbsent(row.name(), name -> new Runner());
    var filling = EnumSet.noneOf(Resource.class);
    note(filling, Resource.DISK, row.diskPercent(), cliff, known);
    note(filling, Resource.MEMORY, row.memoryPercent(), cliff, known);
    if (!row.unschedulable()) {
      known.heldSince = null;
    } else if (known.heldSince == null) {
      known.heldSince = now;
    }
    var shown = shown(row);
    var since = known.shownAt;
    if (since == null
        || !known.state.equals(row.state())
        || !known.filling.equals(filling)
        || known.shown == null
        || moved(known.shown, row)
        || !since.plus(PATIENCE).isAfter(now)) {
      known.shownAt = now;
      known.shown = shown;
    }
    known.state = row.state();
    known.filling = filling;
    return new RunnerView(
        row,
        tokenFits,
        Optional.ofNullable(known.heldSince),
        filling,
        known.shown == null ? shown : known.shown,
        known.sandboxes,
        known.remark);
  }

  private static void note(
      Set<Resource> filling, Resource resource, double use, Cliff cliff, Runner known) {
    int full = cliff.of(resource);
    if (use >= full || (use >= full - WAVERING && known.filling.contains(resource))) {
      filling.add(resource);
    }
  }

  /** More than a healthy runner's numbers waver. */
  private static boolean moved(Shown shown, RunnerRow row) {
    return Math.abs(shown.score() - row.score()) >= MOVED
        || Math.abs(shown.diskPercent() - row.diskPercent()) >= MOVED
        || Math.abs(shown.memoryPercent() - row.memoryPercent()) >= MOVED;
  }

  private static Shown shown(RunnerRow row) {
    return new Shown(
        // down: a score below a threshold is never shown as one that reaches it
        (int) (STEP * Math.floor(Math.max(0, Math.min(100, row.score())) / STEP)),
        rounded(row.diskPercent()),
        rounded(row.memoryPercent()),
        row.startedSandboxes());
  }

  private static int rounded(double value) {
    return (int) Math.min(100, Math.max(0, STEP * Math.round(value / STEP)));
  }

  void counted(String runner, OptionalInt sandboxes, Instant now) {
    var known = runners.computeIfAbsent(runner, name -> new Runner());
    known.sandboxes = sandboxes;
    known.countedAt = now;
  }

  /** When the sandboxes of a runner were counted last; long ago when never. */
  Instant countedAt(String runner) {
    var known = runners.get(runner);
    return known == null ? Instant.MIN : known.countedAt;
  }

  void forgetCount(String runner) {
    var known = runners.get(runner);
    if (known != null) {
      known.sandboxes = OptionalInt.empty();
      known.countedAt = Instant.MIN;
    }
  }

  void remark(String runner, String words) {
    runners.computeIfAbsent(runner, name -> new Runner()).remark = words;
  }

  void retain(Set<String> names) {
    runners.keySet().retainAll(names);
  }
}
