package dev.daytonaoperator.operator.credentials;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Random text of letters and digits: needs no escaping in URLs, pgpass lines and shell words, never
 * starts with a dash, and cannot look like a JWT, which the API would not look up (contract 4.1).
 */
final class RandomValues {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  /** 62^43 is just above 2^256. */
  private static final int KEY_LENGTH = 43;

  private static final int PASSWORD_LENGTH = 32;

  private final SecureRandom random;

  RandomValues(SecureRandom random) {
    this.random = random;
  }

  /** 256 bits: bearer keys, encryption key, HMAC key. */
  String key() {
    return text(KEY_LENGTH);
  }

  /** 190 bits. */
  String password() {
    return text(PASSWORD_LENGTH);
  }

  String text(int length) {
    return random
        .ints(length, 0, ALPHABET.length())
        .map(ALPHABET::charAt)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** A random UUID (version 4), from this source of randomness. */
  String uuid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low).toString();
  }
}
