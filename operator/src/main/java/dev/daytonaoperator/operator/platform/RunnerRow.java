package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import java.time.Instant;
import java.util.Optional;

/**
 * What Daytona knows of one runner. Members that an answer lacks are 0 or empty.
 *
 * @param region id of its region
 * @param state initializing, ready, disabled, decommissioned or unresponsive
 * @param appVersion what the runner said it is; {@code v0.0.0-dev} before its first report
 * @param score availability score, 0 to 100 (contract 5.6); 0 before the first report
 * @param memoryPercent use of the whole node's memory, not of the pod's
 * @param diskPercent use of the file system under {@code /var/lib/docker}
 * @param lastChecked the last report, or when Daytona gave the runner up
 * @param token the runner's own credential: lists carry it in plain text
 */
public record RunnerRow(
    String id,
    String name,
    String region,
    String state,
    boolean unschedulable,
    String appVersion,
    double score,
    double cpuPercent,
    double memoryPercent,
    double diskPercent,
    int startedSandboxes,
    double allocatedCpu,
    double allocatedMemoryGiB,
    double allocatedDiskGiB,
    int gpus,
    Optional<Instant> lastChecked,
    Optional<Instant> createdAt,
    CredentialValue token) {

  public boolean ready() {
    return state.equals("ready");
  }

  /** For good: Daytona ignores every later report (contract 5.1). */
  boolean decommissioned() {
    return state.equals("decommissioned");
  }

  static RunnerRow from(JsonNode row) {
    return new RunnerRow(
        Fields.text(row, "id"),
        Fields.text(row, "name"),
        Fields.text(row, "region"),
        Fields.text(row, "state"),
        Fields.flag(row, "unschedulable"),
        Fields.text(row, "appVersion"),
        Fields.number(row, "availabilityScore"),
        Fields.number(row, "currentCpuUsagePercentage"),
        Fields.number(row, "currentMemoryUsagePercentage"),
        Fields.number(row, "currentDiskUsagePercentage"),
        (int) Fields.number(row, "currentStartedSandboxes"),
        Fields.number(row, "currentAllocatedCpu"),
        Fields.number(row, "currentAllocatedMemoryGiB"),
        Fields.number(row, "currentAllocatedDiskGiB"),
        (int) Fields.number(row, "gpu"),
        Fields.instant(row, "lastChecked"),
        Fields.instant(row, "createdAt"),
        new CredentialValue(Fields.text(row, "apiKey")));
  }
}
