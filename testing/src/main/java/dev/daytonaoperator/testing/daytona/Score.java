package dev.daytonaoperator.testing.daytona;

/** The availability score of a runner, with the API's default weights (contract 5.6). */
final class Score {

  /** CPU, memory, disk, allocated CPU, memory and disk, started sandboxes. */
  private static final double[] WEIGHTS = {0.25, 0.4, 0.4, 0.03, 0.03, 0.03, 0.1};

  private static final double[] OPTIMAL = {0, 0, 0, 100, 100, 100, 0};
  private static final double[] CRITICAL = {100, 100, 100, 500, 500, 500, 100};

  private Score() {}

  static int of(Usage usage, int startedSandboxes) {
    var load = usage.load();
    var allocated = usage.allocated();
    var size = usage.size();
    double[] now = {
      load.cpuPercent(),
      load.memoryPercent(),
      load.diskPercent(),
      allocated.cpus() / size.cpus() * 100,
      allocated.memoryGiB() / size.memoryGiB() * 100,
      allocated.diskGiB() / size.diskGiB() * 100,
      startedSandboxes
    };
    double toOptimal = distance(now, OPTIMAL);
    double toCritical = distance(now, CRITICAL);
    double closeness = toCritical / (toOptimal + toCritical);
    double penalty =
        beyond(load.cpuPercent(), 90, 0.15)
            * beyond(load.average(), 0.7, 0.1)
            * beyond(load.memoryPercent(), 75, 0.15)
            * beyond(load.diskPercent(), 75, 0.15);
    return (int) Math.round(closeness * penalty * 100);
  }

  private static double distance(double[] from, double[] to) {
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      double difference = (from[i] - to[i]) / 100;
      sum += WEIGHTS[i] * difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static double beyond(double value, double threshold, double exponent) {
    return value < threshold ? 1 : Math.exp(-exponent * (value - threshold));
  }
}
