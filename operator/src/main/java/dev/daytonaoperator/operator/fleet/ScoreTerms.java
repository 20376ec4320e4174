package dev.daytonaoperator.operator.fleet;

import dev.daytonaoperator.operator.platform.Cliff;
import dev.daytonaoperator.operator.platform.RunnerView;

/**
 * What lowers a runner's availability score (contract 5.6), and what to do about it, in words.
 *
 * @param availability lowest score at which a runner takes sandboxes
 * @param initial lowest score at which it takes snapshots
 * @param cliff where each percent more begins to cost the score {@link #FALL}
 */
record ScoreTerms(int availability, int initial, Cliff cliff) {

  /** Score of a runner that does little else. */
  private static final double IDLE = 80;

  /** Its natural logarithm falls by so much for each percent. */
  private static final double FALL = 0.15;

  /** Numbers are shown in such steps. */
  private static final int ROUNDED = 5;

  /** That there is little left of it, and when that begins to matter. */
  String filling(RunnerView view, RunnerView.Resource resource) {
    return switch (resource) {
      case DISK ->
          ": disk "
              + view.shown().diskPercent()
              + " % of /var/lib/docker; "
              + limits(resource)
              + ": raise runners[].storage.size or remove snapshots (Docker inside sandboxes takes"
              + " much with the vfs driver)";
      case MEMORY ->
          ": memory of its node "
              + view.shown().memoryPercent()
              + " %, other pods' included; "
              + limits(resource)
              + ": move other pods away or add runners";
    };
  }

  private String limits(RunnerView.Resource resource) {
    int from = cliff.of(resource);
    return "from about %d %% on new snapshots stop, from %d %% sandboxes"
        .formatted(use(from, initial), use(from, availability));
  }

  /** How much may be used until the score falls below this. */
  private static int use(int from, int score) {
    return score <= 0
        ? 100
        : (int) Math.max(from, Math.min(100, from + Math.log(IDLE / score) / FALL));
  }

  /** What lowers the score most. */
  String worst(RunnerView view) {
    var shown = view.shown();
    var row = view.row();
    if (Math.min(row.cpuPercent(), Math.min(row.memoryPercent(), row.diskPercent())) < 0) {
      return "; it reports a load below 0, as it cannot read its own: see the log of its pod";
    }
    int disk = shown.diskPercent() - cliff.disk();
    int memory = shown.memoryPercent() - cliff.memory();
    if (Math.max(disk, memory) < -ROUNDED) {
      return "; CPU "
          + Math.round(row.cpuPercent() / 5) * 5
          + " % or load of its node: add runners";
    }
    if (disk >= memory) {
      return "; disk "
          + shown.diskPercent()
          + " % of /var/lib/docker: raise runners[].storage.size or remove snapshots";
    }
    return "; memory of its node "
        + shown.memoryPercent()
        + " %: move other pods away or add runners";
  }
}
