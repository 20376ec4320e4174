package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an organisation may use. The totals hold in one region and sandbox class, and only where the
 * region enforces quotas; the rest belongs to the organisation.
 */
public record OrganisationQuota(
    double totalCpu,
    double totalMemoryGiB,
    double totalDiskGiB,
    double maxCpuPerSandbox,
    double maxMemoryGiBPerSandbox,
    double maxDiskGiBPerSandbox,
    int snapshots,
    double maxSnapshotSizeGiB,
    int volumes) {

  /** As a new user's organisation gets it. */
  ObjectNode body() {
    return totals().setAll(limits());
  }

  /** What is kept per region. */
  ObjectNode totals() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("totalCpuQuota", totalCpu)
        .put("totalMemoryQuota", totalMemoryGiB)
        .put("totalDiskQuota", totalDiskGiB);
  }

  /** What is kept with the organisation. */
  ObjectNode limits() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("maxCpuPerSandbox", maxCpuPerSandbox)
        .put("maxMemoryPerSandbox", maxMemoryGiBPerSandbox)
        .put("maxDiskPerSandbox", maxDiskGiBPerSandbox)
        .put("snapshotQuota", snapshots)
        .put("maxSnapshotSize", maxSnapshotSizeGiB)
        .put("volumeQuota", volumes);
  }
}
