package dev.daytonaoperator.operator.state;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Bridges the time between a write and its echo in the informers: answers with whichever of the two
 * is newer. May be lost at any moment: a lost memory costs a refused POST, never a second value.
 */
public final class RecentWrites<T extends HasMetadata> {

  /** After this long without an echo the object may be gone again: the server is asked. */
  private static final Duration ECHO = Duration.ofSeconds(10);

  private record Write<T>(T object, Instant at) {}

  private final Map<ObjectKey, Write<T>> writes = new ConcurrentHashMap<>();
  private final Clock clock;

  public RecentWrites(Clock clock) {
    this.clock = clock;
  }

  public void remember(ObjectKey key, T object) {
    writes.put(key, new Write<>(object, clock.instant()));
  }

  public void forget(ObjectKey key) {
    writes.remove(key);
  }

  /** Forgets every object whose name begins with the installation's. */
  public void forget(Owner owner) {
    writes
        .keySet()
        .removeIf(
            key ->
                key.namespace().equals(owner.namespace())
                    && key.name().startsWith(owner.name() + "-"));
  }

  /**
   * The newest known form of an object.
   *
   * @param observed what the informers have
   * @param live reads the object from the server
   */
  public Optional<T> newest(
      ObjectKey key, Optional<T> observed, Function<ObjectKey, Optional<T>> live) {
    var write = writes.get(key);
    if (write == null) {
      return observed;
    }
    if (observed.isPresent() && !olderThan(observed.orElseThrow(), write.object())) {
      writes.remove(key);
      return observed;
    }
    if (write.at().plus(ECHO).isAfter(clock.instant())) {
      return Optional.of(write.object());
    }
    var read = live.apply(key);
    if (read.isPresent()) {
      remember(key, read.orElseThrow());
    } else {
      writes.remove(key);
    }
    return read;
  }

  /** resourceVersions of one kind are ordered, over deletion and re-creation too. */
  private static boolean olderThan(HasMetadata one, HasMetadata other) {
    var left = one.getMetadata().getResourceVersion();
    var right = other.getMetadata().getResourceVersion();
    return left.length() != right.length()
        ? left.length() < right.length()
        : left.compareTo(right) < 0;
  }
}
