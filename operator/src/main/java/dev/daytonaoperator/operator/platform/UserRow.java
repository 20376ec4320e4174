package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;

/** A user as Daytona lists them; role and organisation are not told. */
public record UserRow(String id, String name, String email) {

  static UserRow from(JsonNode row) {
    return new UserRow(Fields.text(row, "id"), Fields.text(row, "name"), Fields.text(row, "email"));
  }
}
