package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.services.ClusterFacts;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few facts about the cluster that are not an installation's own. All are optional
 * rights: what may not be read is unknown and blocks nothing.
 */
final class ClusterReader {

  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final String PSA_ENFORCE = "pod-security.kubernetes.io/enforce";
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  private final KubernetesClient client;
  private final String clusterDomain;
  private final Clock clock;
  private @Nullable ClusterFacts facts;
  private Instant readAt = Instant.MIN;

  /** Names of installations' namespaces whose level was seen to allow privileged pods. */
  private final Map<String, Boolean> privileged = new ConcurrentHashMap<>();

  ClusterReader(KubernetesClient client, String clusterDomain, Clock clock) {
    this.client = client;
    this.clusterDomain = clusterDomain;
    this.clock = clock;
  }

  /**
   * The facts, read again when they may be stale and somebody works on it.
   *
   * @param refresh false at rest, when nothing is asked of the API server
   */
  synchronized ClusterFacts facts(boolean refresh) {
    var known = facts;
    if (known == null || (refresh && readAt.plus(FRESH).isBefore(clock.instant()))) {
      known = new ClusterFacts(clusterDomain, defaultStorageClass());
      facts = known;
      readAt = clock.instant();
    }
    return known;
  }

  private Optional<String> defaultStorageClass() {
    try {
      return client.storage().v1().storageClasses().list().getItems().stream()
          .filter(
              c ->
                  c.getMetadata().getAnnotations() != null
                      && "true".equals(c.getMetadata().getAnnotations().get(DEFAULT_CLASS)))
          .map(c -> c.getMetadata().getName())
          .findFirst();
    } catch (KubernetesClientException e) {
      return forbidden(e, Optional.empty());
    }
  }

  /** The Pod Security level that the namespace enforces and that forbids privileged pods. */
  Optional<String> levelAgainstPrivileged(String namespace) {
    if (privileged.containsKey(namespace)) {
      return Optional.empty();
    }
    try {
      var object = client.namespaces().withName(namespace).get();
      var labels = object == null ? null : object.getMetadata().getLabels();
      var level = labels == null ? null : labels.get(PSA_ENFORCE);
      if (level == null || level.equals("privileged")) {
        privileged.put(namespace, true);
        return Optional.empty();
      }
      return Optional.of(level);
    } catch (KubernetesClientException e) {
      privileged.put(namespace, true); // unknown: the pod's own events will tell
      return forbidden(e, Optional.empty());
    }
  }

  private static <T> T forbidden(KubernetesClientException e, T unknown) {
    if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
      return unknown;
    }
    throw e;
  }
}
