package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;

/**
 * Use of disk and memory in percent from which a runner's score falls steeply (contract 5.6).
 *
 * @param disk of the file system under {@code /var/lib/docker}
 * @param memory of the whole node
 */
public record Cliff(int disk, int memory) {

  /** As the platform is told; the spec is one after defaults. */
  public static Cliff of(DaytonaInstallationSpec spec) {
    var scheduling = spec.sandboxes().scheduling();
    return new Cliff(scheduling.diskPenaltyThreshold(), scheduling.memoryPenaltyThreshold());
  }

  public int of(RunnerView.Resource resource) {
    return switch (resource) {
      case DISK -> disk;
      case MEMORY -> memory;
    };
  }
}
