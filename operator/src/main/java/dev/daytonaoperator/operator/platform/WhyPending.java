package dev.daytonaoperator.operator.platform;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Why Daytona finds no runner for a new snapshot. It does not tell itself: the snapshot stays
 * pending without an error (contract 5.6). Numbers are the rounded ones, so that a message changes
 * when something has changed.
 */
final class WhyPending {

  private WhyPending() {}

  static String of(SnapshotWish wish, FleetView fleet) {
    var runners = fleet.runners().values().stream().sorted(BY_NAME).toList();
    if (runners.isEmpty()) {
      return "no runner is registered in region '" + wish.region() + "'";
    }
    var ready = those(runners, r -> r.row().ready());
    if (ready.isEmpty()) {
      return "no runner is ready: " + named(runners);
    }
    var open = those(ready, r -> !r.row().unschedulable());
    if (open.isEmpty()) {
      return "every ready runner is unschedulable: " + named(ready);
    }
    var fitting = those(open, r -> r.row().gpus() == 0);
    if (fitting.isEmpty()) {
      return "every runner that takes sandboxes has GPUs, and takes GPU sandboxes only";
    }
    var best = fitting.stream().max(BY_SCORE).orElseThrow();
    if (best.row().score() < wish.lowestScore()) {
      return "the best runner, "
          + best.row().name()
          + ", scores "
          + best.shown().score()
          + " and a new snapshot needs "
          + wish.lowestScore()
          + ": "
          + worst(wish, best);
    }
    return "runner " + best.row().name() + " could take it; see the API's log";
  }

  private static final Comparator<RunnerView> BY_NAME = Comparator.comparing(r -> r.row().name());

  /** By what is shown: two that differ by a hair would take turns in the message. */
  private static final Comparator<RunnerView> BY_SCORE =
      Comparator.<RunnerView>comparingInt(r -> r.shown().score()).thenComparing(BY_NAME.reversed());

  private static List<RunnerView> those(List<RunnerView> runners, Predicate<RunnerView> are) {
    return runners.stream().filter(are).toList();
  }

  private static String named(List<RunnerView> runners) {
    var first = runners.getFirst().row();
    var more = runners.size() == 1 ? "" : " and " + (runners.size() - 1) + " more";
    return first.name() + " (" + first.state() + ")" + more;
  }

  /** What costs most, with what can be done about it. */
  private static String worst(SnapshotWish wish, RunnerView runner) {
    double disk = runner.row().diskPercent() - wish.diskLimit();
    double memory = runner.row().memoryPercent() - wish.memoryLimit();
    if (disk >= 0 && disk >= memory) {
      return "its disk is "
          + runner.shown().diskPercent()
          + " % full; enlarge its volume or remove images";
    }
    if (memory >= 0) {
      return "its node's memory is "
          + runner.shown().memoryPercent()
          + " % used; give it a node with more, or move other pods away";
    }
    return "its disk is "
        + runner.shown().diskPercent()
        + " % full and its node's memory "
        + runner.shown().memoryPercent()
        + " % used; its CPU or its sandboxes cost it the rest";
  }
}
