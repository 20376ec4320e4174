package dev.daytonaoperator.operator.apply;

/**
 * What is remembered of the last write of one object. Only hashes: losing it costs nothing but a
 * comparison.
 *
 * @param hash hash of the intent that was applied
 * @param fingerprint the server's answer, reduced to our paths: the baseline for drift
 * @param resourceVersion of the newest state that is known to be as wanted
 * @param seen whether the informer has shown that write
 * @param atMillis when it was written
 */
record Memo(String hash, String fingerprint, String resourceVersion, boolean seen, long atMillis) {

  /** After this time an unseen write is no longer believed to be on its way. */
  static final long ECHO_MILLIS = 30_000;

  /**
   * After this time without an echo the object may be gone again, its end hidden by the informer's
   * silence about both: the server is asked.
   */
  static final long ABSENCE_MILLIS = 5_000;

  Memo seenAt(String version) {
    return new Memo(hash, fingerprint, version, true, atMillis);
  }

  Memo checkedAt(long nowMillis) {
    return new Memo(hash, fingerprint, resourceVersion, seen, nowMillis);
  }

  /** Whether the write is newer than a state of the object that an informer shows. */
  boolean newerThan(String version) {
    try {
      return Long.parseLong(resourceVersion) > Long.parseLong(version);
    } catch (NumberFormatException e) {
      return !seen && !resourceVersion.equals(version);
    }
  }
}
