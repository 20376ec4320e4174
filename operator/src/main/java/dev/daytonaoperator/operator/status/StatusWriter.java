package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status when it differs from what the cluster has, by server-side apply.
 *
 * <p>Progress in small steps is told less and less often ({@code 1, 2, 4 … 30} seconds apart), so
 * that a long installation costs a handful of writes; what people and tools wait for (the verdict,
 * a new generation) is told at once.
 */
public final class StatusWriter {

  private static final String FIELD_MANAGER = "daytona-operator-status";
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** The cache has caught up by then. */
  private static final Duration CHANGED_RETRY = Duration.ofSeconds(1);

  /** What was written last for one resource; losing it costs at most one early write. */
  private record Written(
      String uid, long resourceVersion, DaytonaInstallationStatus status, Instant at, int count) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Written> memo = new ConcurrentHashMap<>();

  public StatusWriter(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Brings the status in the cluster up to date, now or later.
   *
   * @return how long to wait before this must be called again; empty when nothing is left to write
   */
  public Optional<Duration> write(DaytonaInstallation resource, DaytonaInstallationStatus status) {
    var key = resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    var last = memo.get(key);
    if (last != null && !last.uid().equals(resource.getMetadata().getUid())) {
      last = null;
    }
    var known = known(resource, last);
    if (known.isPresent() && same(known.get(), status)) {
      return Optional.empty();
    }
    if (last != null && known.isPresent() && !urgent(known.get(), status)) {
      var pause = pause(last);
      if (pause.isPositive()) {
        return Optional.of(pause);
      }
    }
    try {
      var written = apply(resource, newest(resource, last), status);
      memo.put(
          key,
          new Written(
              resource.getMetadata().getUid(),
              version(written.getMetadata().getResourceVersion()),
              status,
              clock.instant(),
              count(last, status)));
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
        case HttpURLConnection.HTTP_CONFLICT -> Optional.of(CHANGED_RETRY);
        default -> throw e;
      };
    }
  }

  /** The newest version of the resource that is known, by the cache or by our own last write. */
  private static String newest(DaytonaInstallation resource, @Nullable Written last) {
    var cached = resource.getMetadata().getResourceVersion();
    return last != null && last.resourceVersion() > version(cached)
        ? String.valueOf(last.resourceVersion())
        : cached;
  }

  /** An apply that empties a list which is merged by key leaves nothing, not an empty list. */
  static boolean same(DaytonaInstallationStatus one, DaytonaInstallationStatus other) {
    return withoutAbsentLists(one).equals(withoutAbsentLists(other));
  }

  private static DaytonaInstallationStatus withoutAbsentLists(DaytonaInstallationStatus s) {
    return new DaytonaInstallationStatus(
        s.observedGeneration(),
        s.version(),
        s.summary(),
        s.resolved(),
        s.dataRetention(),
        s.endpoints(),
        s.credentials(),
        Objects.requireNonNullElse(s.components(), List.of()),
        Objects.requireNonNullElse(s.runners(), List.of()),
        s.upgrade(),
        Objects.requireNonNullElse(s.retained(), List.of()),
        Objects.requireNonNullElse(s.preflight(), List.of()),
        Objects.requireNonNullElse(s.conditions(), List.of()));
  }

  /** How many times this generation's status has been written. */
  private static int count(@Nullable Written last, DaytonaInstallationStatus status) {
    return last != null
            && Objects.equals(last.status().observedGeneration(), status.observedGeneration())
        ? last.count() + 1
        : 1;
  }

  /** Forgets resources that are gone. */
  public void retain(java.util.Set<String> namespacedNames) {
    memo.keySet().retainAll(namespacedNames);
  }

  /** What the cluster has: the cache's view unless our own later write has not come back yet. */
  private static Optional<DaytonaInstallationStatus> known(
      DaytonaInstallation resource, @Nullable Written last) {
    if (last != null
        && last.resourceVersion() > version(resource.getMetadata().getResourceVersion())) {
      return Optional.of(last.status());
    }
    return Optional.ofNullable(resource.getStatus());
  }

  private Duration pause(Written last) {
    var interval = Duration.ofSeconds(1L << Math.min(last.count() - 1, 5));
    var shortened = interval.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : interval;
    return Duration.between(clock.instant(), last.at().plus(shortened));
  }

  private static boolean urgent(DaytonaInstallationStatus known, DaytonaInstallationStatus status) {
    return !Objects.equals(known.observedGeneration(), status.observedGeneration())
        || !verdict(known).equals(verdict(status));
  }

  private static Map<String, String> verdict(DaytonaInstallationStatus status) {
    return Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
        .filter(c -> c.getType().equals("Ready") || c.getType().equals("Stalled"))
        .collect(Collectors.toMap(Condition::getType, Condition::getStatus, (a, b) -> a));
  }

  private DaytonaInstallation apply(
      DaytonaInstallation resource, String version, DaytonaInstallationStatus status) {
    var patch = new DaytonaInstallation();
    // The version makes the server refuse the write when the resource was deleted and made anew,
    // or has another spec by now; a uid is not looked at in a write to the status.
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(resource.getMetadata().getName())
            .withNamespace(resource.getMetadata().getNamespace())
            .withResourceVersion(version)
            .build());
    patch.setStatus(status);
    var context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build();
    return client.resource(patch).subresource("status").patch(context);
  }

  private static long version(String resourceVersion) {
    try {
      return Long.parseLong(resourceVersion);
    } catch (NumberFormatException e) {
      return 0; // not comparable: then the cache's view counts
    }
  }
}
