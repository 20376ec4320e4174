package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;

/** The totals of one organisation in one region and sandbox class. */
public record RegionQuota(double totalCpu, double totalMemoryGiB, double totalDiskGiB) {

  static RegionQuota from(JsonNode row) {
    return new RegionQuota(
        Fields.number(row, "totalCpuQuota"),
        Fields.number(row, "totalMemoryQuota"),
        Fields.number(row, "totalDiskQuota"));
  }
}
