package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.services.Inputs;

/**
 * The default snapshot that there shall be.
 *
 * @param name its name, and the image it is made from (contract 3.2)
 * @param lowestScore of the runner that may pull it first (contract 5.6)
 * @param diskLimit use of a runner's disk in percent from which its score falls fast
 * @param memoryLimit use of a runner's memory in percent from which its score falls fast
 */
public record SnapshotWish(
    String name, String region, int lowestScore, int diskLimit, int memoryLimit) {

  public static SnapshotWish of(Inputs inputs) {
    var sandboxes = inputs.spec().sandboxes();
    var scheduling = sandboxes.scheduling();
    return new SnapshotWish(
        sandboxes.defaultSnapshot(),
        sandboxes.defaultRegion().id(),
        scheduling.availabilityScoreThreshold() + scheduling.initialRunnerScoreAddon(),
        scheduling.diskPenaltyThreshold(),
        scheduling.memoryPenaltyThreshold());
  }
}
