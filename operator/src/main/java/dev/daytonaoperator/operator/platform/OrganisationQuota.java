package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daytonaoperator.api.v1alpha1.Sandboxes;

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

  static OrganisationQuota of(Sandboxes.Quotas quotas) {
    return new OrganisationQuota(
        quotas.totalCpu(),
        quotas.totalMemoryGiB(),
        quotas.totalDiskGiB(),
        quotas.maxCpuPerSandbox(),
        quotas.maxMemoryGiBPerSandbox(),
        quotas.maxDiskGiBPerSandbox(),
        quotas.snapshots(),
        quotas.maxSnapshotSizeGiB(),
        quotas.volumes());
  }

  RegionQuota inRegion() {
    return new RegionQuota(totalCpu, totalMemoryGiB, totalDiskGiB);
  }

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
