package dev.daytonaoperator.api.v1alpha1;

/** What sandboxes start from, where they are placed and how many there may be. */
public record Sandboxes(
    String defaultSnapshot,
    Region defaultRegion,
    Scheduling scheduling,
    Quotas quotas,
    Quotas adminQuotas) {

  public record Region(String id, String name, Enforcement quotas) {

    public enum Enforcement {
      Enforced,
      NotEnforced
    }
  }

  public record Scheduling(
      Integer availabilityScoreThreshold,
      Integer initialRunnerScoreAddon,
      Integer startScoreThreshold,
      Integer diskPenaltyThreshold,
      Integer memoryPenaltyThreshold) {}

  public record Quotas(
      Integer totalCpu,
      Integer totalMemoryGiB,
      Integer totalDiskGiB,
      Integer maxCpuPerSandbox,
      Integer maxMemoryGiBPerSandbox,
      Integer maxDiskGiBPerSandbox,
      Integer snapshots,
      Integer maxSnapshotSizeGiB,
      Integer volumes) {}
}
