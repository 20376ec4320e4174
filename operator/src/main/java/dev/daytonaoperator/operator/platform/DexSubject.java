package dev.daytonaoperator.operator.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/**
 * What Dex's tokens carry as {@code sub}, and Daytona takes for the user's id: user id and
 * connector as a protobuf message of two strings, in base64 for URLs without padding.
 */
final class DexSubject {

  /** The connector of users with passwords in Dex's configuration. */
  private static final String LOCAL = "local";

  private static final int USER_ID = 1;
  private static final int CONNECTOR_ID = 2;

  /** Wire type of strings. */
  private static final int LENGTH_DELIMITED = 2;

  private DexSubject() {}

  /**
   * Of a user with a password.
   *
   * @param userId as Dex's configuration has it
   */
  static String of(String userId) {
    var message = new ByteArrayOutputStream();
    string(message, USER_ID, userId);
    string(message, CONNECTOR_ID, LOCAL);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(message.toByteArray());
  }

  private static void string(ByteArrayOutputStream message, int field, String value) {
    var bytes = value.getBytes(UTF_8);
    if (bytes.length > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("longer than any id of ours: " + value);
    }
    message.write(field << 3 | LENGTH_DELIMITED);
    message.write(bytes.length);
    message.writeBytes(bytes);
  }
}
