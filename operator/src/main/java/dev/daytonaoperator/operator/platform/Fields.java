package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads members of the API's answers: what is missing or of another type is empty, 0 or false. */
final class Fields {

  private Fields() {}

  static String text(JsonNode object, String member) {
    var value = object.path(member);
    return value.isTextual() ? value.textValue() : "";
  }

  static double number(JsonNode object, String member) {
    return optionalNumber(object, member).orElse(0);
  }

  static OptionalDouble optionalNumber(JsonNode object, String member) {
    var value = object.path(member);
    return value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
  }

  static boolean flag(JsonNode object, String member) {
    return object.path(member).booleanValue();
  }

  static Optional<Instant> instant(JsonNode object, String member) {
    try {
      return Optional.of(Instant.parse(text(object, member)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
