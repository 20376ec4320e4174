package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * What Daytona knows of one snapshot.
 *
 * @param organisation id of the organisation that owns it
 * @param general whether all organisations may use it
 * @param state pending, pulling, building, active, inactive, error, build_failed or removing
 * @param errorReason empty unless it failed
 */
public record SnapshotRow(
    String id,
    String organisation,
    String name,
    String image,
    boolean general,
    String state,
    String errorReason,
    Optional<Instant> createdAt,
    Optional<Instant> updatedAt) {

  static SnapshotRow from(JsonNode row) {
    return new SnapshotRow(
        Fields.text(row, "id"),
        Fields.text(row, "organizationId"),
        Fields.text(row, "name"),
        Fields.text(row, "imageName"),
        Fields.flag(row, "general"),
        Fields.text(row, "state"),
        Fields.text(row, "errorReason"),
        Fields.instant(row, "createdAt"),
        Fields.instant(row, "updatedAt"));
  }
}
