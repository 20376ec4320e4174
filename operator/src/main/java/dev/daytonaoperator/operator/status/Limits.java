package dev.daytonaoperator.operator.status;

import java.util.List;

/** Keeps the status within its schema: the API server would refuse all of it for one long text. */
final class Limits {

  /** Of every message; the schema allows more, but a person reads no more. */
  static final int MESSAGE = 1024;

  static final int RUNNERS = 128;
  static final int RETAINED = 64;
  static final int PREFLIGHT = 32;
  static final int VOLUMES = 32;

  private Limits() {}

  static String message(String message) {
    if (message.length() <= MESSAGE) {
      return message;
    }
    // Half a character could not be written as JSON.
    int end = Character.isHighSurrogate(message.charAt(MESSAGE - 2)) ? MESSAGE - 2 : MESSAGE - 1;
    return message.substring(0, end) + "…";
  }

  static <T> List<T> first(int limit, List<T> list) {
    return list.size() <= limit ? list : List.copyOf(list.subList(0, limit));
  }
}
