package dev.daytonaoperator.testing.daytona;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A row of the table of organisations, with its quotas. */
final class Organisation {

  /** Kept per region, where it enforces quotas; the rest is kept with the organisation. */
  static final Set<String> TOTALS = Set.of("totalCpuQuota", "totalMemoryQuota", "totalDiskQuota");

  final String id = Tables.newId();
  final String createdBy;
  final Optional<String> defaultRegion;
  final boolean suspended;
  final Map<String, Double> limits = new HashMap<>();

  /** Totals by region. */
  final Map<String, Map<String, Double>> regionQuotas = new HashMap<>();

  Organisation(String createdBy, Optional<String> defaultRegion, boolean suspended) {
    this.createdBy = createdBy;
    this.defaultRegion = defaultRegion;
    this.suspended = suspended;
  }
}
