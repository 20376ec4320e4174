package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.services.CredentialRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows of runners in Daytona's database in step with the wishes of one installation
 * (contract 5.2, 5.4). Each look is one list and at most {@link #CALLS} further calls; what is left
 * is done at the next look. Every call is repeatable: a crash between two of them loses nothing.
 */
final class FleetDriver {

  private static final Logger LOG = LoggerFactory.getLogger(FleetDriver.class);

  /** Further calls per look. */
  static final int CALLS = 20;

  /**
   * The API makes the seeded row itself, and its default snapshot with it; if somebody else's POST
   * wins that race it makes no snapshot (contract 3.2).
   */
  private static final Duration SEEDING = Duration.ofSeconds(60);

  private final DaytonaAdmin admin;
  private final String region;
  private final Function<CredentialRef, Optional<CredentialValue>> values;
  private final FleetMemory memory;
  private final Cliff cliff;
  private int calls;

  FleetDriver(
      DaytonaAdmin admin,
      String region,
      Function<CredentialRef, Optional<CredentialValue>> values,
      FleetMemory memory,
      Cliff cliff) {
    this.admin = admin;
    this.region = region;
    this.values = values;
    this.memory = memory;
    this.cliff = cliff;
  }

  /** What a look found; empty with the reason when Daytona refused to list its runners. */
  record Look(Optional<FleetView> view, String refusal) {}

  /**
   * Looks once and does what is due.
   *
   * @param wishes one for each runner that has a workload
   * @param pools names of all pools: {@code <pool>-<number>} is a name of ours
   * @param readySince since when the API has been ready
   * @param acting false to look only
   */
  Look look(
      List<RunnerWish> wishes, List<String> pools, Instant readySince, Instant now, boolean acting)
      throws NoAnswerException {
    List<RunnerRow> rows;
    switch (admin.runners(region)) {
      case Reply.Success<List<RunnerRow>> listed -> rows = listed.value();
      case Reply.Refused<List<RunnerRow>> refused -> {
        var words =
            refused.unauthorised()
                ? PlatformHealth.ADMIN_KEY_REFUSED
                : "the list of runners: " + refused.message();
        return new Look(Optional.empty(), words);
      }
    }
    var byName = new HashMap<String, RunnerRow>();
    rows.forEach(row -> byName.put(row.name(), row));
    calls = 0;
    count(wishes, byName, now);
    for (var wish : wishes) {
      if (acting) {
        fulfil(wish, Optional.ofNullable(byName.get(wish.name())), readySince, now);
      }
    }
    if (acting) {
      strangers(wishes, pools, rows);
    }
    var names = new HashSet<>(byName.keySet());
    wishes.forEach(wish -> names.add(wish.name()));
    memory.retain(names);
    return new Look(Optional.of(view(wishes, rows, now)), "");
  }

  private FleetView view(List<RunnerWish> wishes, List<RunnerRow> rows, Instant now) {
    Map<String, RunnerWish> byName = new HashMap<>();
    wishes.forEach(wish -> byName.put(wish.name(), wish));
    var views = new ArrayList<RunnerView>();
    for (var row : rows) {
      var wish = byName.get(row.name());
      views.add(memory.look(row, wish == null || fits(wish, row), cliff, now));
    }
    return FleetView.of(now, views);
  }

  /** A token that cannot be read now is not taken for a wrong one. */
  private boolean fits(RunnerWish wish, RunnerRow row) {
    return values.apply(wish.token()).map(row.token()::equals).orElse(true)
        || values.apply(wish.next()).filter(row.token()::equals).isPresent();
  }

  private void fulfil(RunnerWish wish, Optional<RunnerRow> found, Instant readySince, Instant now)
      throws NoAnswerException {
    if (found.isEmpty()) {
      boolean seeding = wish.seeded() && readySince.plus(SEEDING).isAfter(now);
      if (wish.goal() != RunnerWish.Goal.LEAVE && !seeding) {
        create(wish);
      }
      return;
    }
    var row = found.get();
    if (row.decommissioned()) {
      leave(row); // Daytona never takes it back: when nothing is on it, it is made anew
      return;
    }
    switch (wish.goal()) {
      case SERVE -> memory.remark(wish.name(), "");
      case HOLD -> schedulable(row, false);
      case RETURN -> schedulable(row, true);
      case LEAVE -> leave(row);
    }
  }

  private void create(RunnerWish wish) throws NoAnswerException {
    var token = values.apply(wish.token());
    if (token.isEmpty() || !mayCall()) {
      return;
    }
    switch (admin.createRunner(region, wish.name(), token.get())) {
      case RunnerCreation.Created created -> {
        memory.remark(wish.name(), "");
        log("runner registered", wish.name());
      }
      case RunnerCreation.NameTaken taken -> {} // the next list shows it, and then it is adopted
      case RunnerCreation.Refused refused ->
          memory.remark(wish.name(), "not registered: " + refused.words());
    }
  }

  private void schedulable(RunnerRow row, boolean wanted) throws NoAnswerException {
    if (row.unschedulable() != wanted || !mayCall()) {
      return;
    }
    var refused = admin.setUnschedulable(row.id(), !wanted);
    memory.remark(row.name(), refused.map(r -> "scheduling: " + r.words()).orElse(""));
    if (refused.isEmpty()) {
      log(wanted ? "runner takes sandboxes again" : "runner takes no new sandboxes", row.name());
    }
  }

  /** Deleted only when Daytona agrees: its refusal is the guard of the sandboxes. */
  private void leave(RunnerRow row) throws NoAnswerException {
    if (!row.unschedulable()) {
      schedulable(row, false);
      return;
    }
    if (!mayCall()) {
      return;
    }
    switch (admin.deleteRunner(row.id())) {
      case RunnerDeletion.Deleted deleted -> {
        memory.remark(row.name(), "");
        log("runner removed", row.name());
      }
      case RunnerDeletion.Busy busy -> memory.remark(row.name(), "");
      case RunnerDeletion.Refused refused ->
          memory.remark(row.name(), "not removed: " + refused.words());
    }
  }

  /** Rows that look like ours and belong to no runner that exists, such as of a lost namespace. */
  private void strangers(List<RunnerWish> wishes, List<String> pools, List<RunnerRow> rows)
      throws NoAnswerException {
    var known = new HashSet<String>();
    wishes.forEach(wish -> known.add(wish.name()));
    for (var row : rows) {
      if (!known.contains(row.name()) && pools.stream().anyMatch(pool -> named(row, pool))) {
        leave(row);
      }
    }
  }

  private static boolean named(RunnerRow row, String pool) {
    return row.name().matches(Pattern.quote(pool) + "-[0-9]{1,4}");
  }

  /** With the runners' own tokens: no other call tells what Daytona believes to be on one. */
  private void count(List<RunnerWish> wishes, Map<String, RunnerRow> rows, Instant now)
      throws NoAnswerException {
    wishes.stream().filter(w -> !w.counted()).forEach(w -> memory.forgetCount(w.name()));
    var due =
        wishes.stream()
            .filter(RunnerWish::counted)
            .sorted(Comparator.comparing(w -> memory.countedAt(w.name())))
            .limit(CALLS / 2)
            .toList();
    for (var wish : due) {
      var token = values.apply(wish.token());
      if (!rows.containsKey(wish.name())) {
        memory.counted(wish.name(), OptionalInt.of(0), now);
      } else if (token.isPresent() && mayCall()) {
        memory.counted(wish.name(), sandboxes(token.get(), values.apply(wish.next())), now);
      }
    }
  }

  /** By the token that the row has; empty while it has a foreign one. */
  private OptionalInt sandboxes(CredentialValue token, Optional<CredentialValue> next)
      throws NoAnswerException {
    return switch (admin.sandboxesOf(token)) {
      case Reply.Success<Integer> number -> OptionalInt.of(number.value());
      case Reply.Refused<Integer> refused -> {
        if (!refused.unauthorised()) {
          yield OptionalInt.empty();
        }
        var other = next.filter(it -> !it.equals(token));
        yield other.isPresent() && mayCall()
            ? sandboxes(other.get(), Optional.empty())
            : OptionalInt.empty();
      }
    };
  }

  private boolean mayCall() {
    return calls++ < CALLS;
  }

  private void log(String what, String runner) {
    LOG.atInfo().addKeyValue("runner", runner).addKeyValue("region", region).log(what);
  }
}
