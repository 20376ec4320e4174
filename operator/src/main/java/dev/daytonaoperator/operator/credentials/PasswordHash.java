package dev.daytonaoperator.operator.credentials;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt, in the dialects that its readers expect. */
enum PasswordHash {
  DEX("2a"),
  /** What {@code htpasswd -B} writes. */
  HTPASSWD("2y");

  /** bcrypt reads no more: a longer password would be accepted by its beginning. */
  static final int LONGEST_PASSWORD_BYTES = 72;

  private static final int COST = 10;
  private static final int SALT_BYTES = 16;

  private final String version;

  PasswordHash(String version) {
    this.version = version;
  }

  static boolean tooLong(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD_BYTES;
  }

  String of(String password, SecureRandom random) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return OpenBSDBCrypt.generate(version, password.toCharArray(), salt, COST);
  }
}
