package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A row of the table of runners. */
final class Runner {

  /** Of a runner that has not reported yet. */
  private static final Usage NOTHING =
      new Usage(
          new Usage.Load(0, 0, 0, 0),
          new Usage.Allocated(0, 0, 0),
          OptionalInt.empty(),
          new Usage.Size(0, 0, 0, 0),
          "v0.0.0-dev");

  final String id = Tables.newId();
  final String region;
  final String name;
  final Instant createdAt;
  String token;
  String state = "initializing";
  boolean unschedulable;
  boolean draining;
  Optional<Instant> lastChecked = Optional.empty();
  Optional<Usage> usage = Optional.empty();
  OptionalInt pinnedScore = OptionalInt.empty();
  int startedSandboxes;
  int score;
  int gpus;

  Runner(String region, String name, String token, Instant createdAt) {
    this.region = region;
    this.name = name;
    this.token = token;
    this.createdAt = createdAt;
  }

  void report(Usage reported, int started, Instant now) {
    if (state.equals("decommissioned")) {
      return; // for ever (contract 5.1)
    }
    state = "ready";
    lastChecked = Optional.of(now);
    usage = Optional.of(reported);
    startedSandboxes = started;
    // When GPUs vanish the runner omits them and the old count stays (contract 5.7).
    gpus = reported.size().gpus() > 0 ? reported.size().gpus() : gpus;
    score = pinnedScore.orElseGet(() -> Score.of(reported, started));
  }

  /** The full DTO: with the token in plain text. */
  ObjectNode json() {
    var now = usage.orElse(NOTHING);
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("region", region)
            .put("name", name)
            .put("state", state)
            .put("unschedulable", unschedulable)
            .put("apiKey", token)
            .put("apiVersion", "2")
            .put("version", "2")
            .put("runnerClass", "container")
            .put("sandboxClass", "container")
            .put("regionType", "shared")
            .put("availabilityScore", score)
            .put("currentStartedSandboxes", startedSandboxes)
            .put("createdAt", createdAt.toString())
            .put("updatedAt", lastChecked.orElse(createdAt).toString())
            .put("appVersion", now.appVersion());
    json.putArray("tags");
    lastChecked.ifPresent(at -> json.put("lastChecked", at.toString()));
    if (gpus > 0) {
      json.put("gpu", gpus);
    } else {
      json.putNull("gpu");
    }
    json.put("cpu", now.size().cpus());
    json.put("memory", now.size().memoryGiB());
    json.put("disk", now.size().diskGiB());
    json.put("currentCpuUsagePercentage", now.load().cpuPercent());
    json.put("currentMemoryUsagePercentage", now.load().memoryPercent());
    json.put("currentDiskUsagePercentage", now.load().diskPercent());
    json.put("currentAllocatedCpu", now.allocated().cpus());
    json.put("currentAllocatedMemoryGiB", now.allocated().memoryGiB());
    json.put("currentAllocatedDiskGiB", now.allocated().diskGiB());
    json.put("currentSnapshotCount", 0);
    return json;
  }
}
