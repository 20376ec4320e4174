package dev.daytonaoperator.operator.platform;

import java.time.Instant;
import java.util.Optional;

/**
 * What one process remembers of the default snapshot between two looks: only what spaces its
 * attempts and words its messages.
 */
final class SnapshotMemory {

  final String name;

  /** When it was looked for first. */
  final Instant begun;

  final Backoff backoff = new Backoff();

  /** Id of the failed snapshot that has been counted last. */
  String failedId = "";

  /** Id of the failed snapshot that is known to be the administrator's. */
  String ownedId = "";

  /** Id of the failed snapshot that is known to be another organisation's. */
  String foreignId = "";

  /** Id and state that it has had since {@link #waitsSince}. */
  String waitsFor = "";

  Instant waitsSince = Instant.MIN;

  /** Why the last attempt to make or mend it was refused. */
  Optional<String> refusal = Optional.empty();

  SnapshotMemory(String name, Instant begun) {
    this.name = name;
    this.begun = begun;
  }
}
