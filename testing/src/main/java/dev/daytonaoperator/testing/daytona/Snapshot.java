package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/** A row of the table of snapshots. */
final class Snapshot {

  final String id = Tables.newId();
  final String organisation;
  final String region;
  final String name;
  final String image;
  final Instant createdAt;
  boolean general;
  String state = "pending";
  Optional<String> errorReason = Optional.empty();
  Optional<String> initialRunner = Optional.empty();
  Instant changedAt;

  Snapshot(
      String organisation,
      String region,
      String name,
      String image,
      boolean general,
      Instant createdAt) {
    this.organisation = organisation;
    this.region = region;
    this.name = name;
    this.image = image;
    this.general = general;
    this.createdAt = createdAt;
    this.changedAt = createdAt;
  }

  void become(String newState, Instant now) {
    state = newState;
    changedAt = now;
  }

  void fail(String why, Instant now) {
    become("error", now);
    errorReason = Optional.of(why);
  }

  ObjectNode json() {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("organizationId", organisation)
            .put("general", general)
            .put("name", name)
            .put("imageName", image)
            .put("state", state)
            .put("cpu", 1)
            .put("gpu", 0)
            .put("mem", 1)
            .put("disk", 3)
            .put("errorReason", errorReason.orElse(null))
            .put("createdAt", createdAt.toString())
            .put("updatedAt", changedAt.toString())
            .put("sandboxClass", "container");
    json.putNull("size");
    json.putNull("entrypoint");
    json.putNull("lastUsedAt");
    initialRunner.ifPresent(runner -> json.put("initialRunnerId", runner));
    json.putArray("regionIds").add(region);
    return json;
  }
}
