package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What Daytona knows of one snapshot.
 *
 * @param organisation id of the organisation that owns it
 * @param general whether all organisations may use it
 * @param state pending, pulling, building, active, inactive, error, build_failed or removing
 * @param errorReason empty unless it failed
 * @param initialRunner id of the runner that pulls it first; empty while none was found
 */
public record SnapshotRow(
    String id,
    String organisation,
    String name,
    String image,
    boolean general,
    String state,
    String errorReason,
    String initialRunner) {

  boolean failed() {
    return state.equals("error") || state.equals("build_failed");
  }

  static SnapshotRow from(JsonNode row) {
    return new SnapshotRow(
        Fields.text(row, "id"),
        Fields.text(row, "organizationId"),
        Fields.text(row, "name"),
        Fields.text(row, "imageName"),
        Fields.flag(row, "general"),
        Fields.text(row, "state"),
        Fields.text(row, "errorReason"),
        Fields.text(row, "initialRunnerId"));
  }
}
