package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A request, as the routes see it.
 *
 * @param path the path's parts after {@code /api}
 */
record Request(
    String method,
    List<String> path,
    Map<String, String> query,
    Optional<String> bearer,
    JsonNode body) {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNSAFE =
      Pattern.compile(
          "<[a-zA-Z/]|(https?|ftps?|sftp|ssh|wss?|file|ldaps?)://|(javascript|data|mailto|tel):"
              + "|www\\.|[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]",
          Pattern.CASE_INSENSITIVE);

  boolean is(String wanted, String... parts) {
    if (!method.equals(wanted) || path.size() != parts.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].equals("*") && !parts[i].equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  String uuid(int part) {
    if (!UUID.matcher(path.get(part)).matches()) {
      throw new Refusal(400, "Validation failed (uuid is expected)");
    }
    return path.get(part);
  }

  String text(String member) {
    if (!body.path(member).isTextual()) {
      throw new Refusal(400, member + " must be a string");
    }
    return body.path(member).textValue();
  }

  /** A string that is shown to others. */
  String display(String member) {
    var value = text(member);
    if (UNSAFE.matcher(value).find()) {
      throw new Refusal(400, member + " must not contain HTML tags, URLs, or control characters");
    }
    return value;
  }

  Optional<String> optionalText(String member, Predicate<String> valid, String rule) {
    var value = body.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || !valid.test(value.textValue())) {
      throw new Refusal(400, member + " must be " + rule);
    }
    return Optional.of(value.textValue());
  }

  boolean flag(String member) {
    if (!body.path(member).isBoolean()) {
      throw new Refusal(400, member + " must be a boolean value");
    }
    return body.path(member).booleanValue();
  }
}
