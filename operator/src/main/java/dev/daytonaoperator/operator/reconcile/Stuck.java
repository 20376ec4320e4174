package dev.daytonaoperator.operator.reconcile;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What takes longer than it should. For 30 seconds a pod that is not there is on its way; after
 * that somebody refuses it, which only the Events of its workload tell: one LIST a minute.
 */
final class Stuck {

  private static final Logger LOG = LoggerFactory.getLogger(Stuck.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  /** Something that is open, since when, and what was last heard of it. */
  private record Open(Instant since, Instant asked, Optional<String> words) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Map<String, Open>> byOwner = new ConcurrentHashMap<>();

  Stuck(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Forgets resources that are gone. */
  void retain(Set<String> uids) {
    byOwner.keySet().retainAll(uids);
  }

  /** What one pass over one resource sees. */
  View view(String ownerUid) {
    return new View(byOwner.computeIfAbsent(ownerUid, uid -> new HashMap<>()));
  }

  /** One pass: what it does not mention is over. */
  final class View implements ComponentObserver.Patience {

    private final Map<String, Open> open;
    private final Set<String> mentioned = new HashSet<>();

    private View(Map<String, Open> open) {
      this.open = open;
    }

    @Override
    public boolean lasts(String what) {
      return opened(what).since().plus(PATIENCE).isBefore(clock.instant());
    }

    private Open opened(String what) {
      mentioned.add(what);
      return open.computeIfAbsent(
          what, w -> new Open(clock.instant(), Instant.MIN, Optional.empty()));
    }

    @Override
    public Optional<String> refusal(HasMetadata workload) {
      var what = "pods of " + workload.getMetadata().getUid();
      if (!lasts(what)) {
        return Optional.empty();
      }
      var known = opened(what);
      if (known.asked().plus(ASK_AGAIN).isBefore(clock.instant())) {
        known = new Open(known.since(), clock.instant(), lastFailure(workload).or(known::words));
        open.put(what, known);
      }
      return known.words();
    }

    /** Ends the pass; says when to look again though no event may come. */
    Optional<Duration> ended() {
      open.keySet().retainAll(mentioned);
      var now = clock.instant();
      return open.values().stream()
          .map(
              o ->
                  o.since().plus(PATIENCE).isAfter(now)
                      ? Duration.between(now, o.since().plus(PATIENCE)).plusMillis(100)
                      : ASK_AGAIN)
          .min(Duration::compareTo);
    }
  }

  private Optional<String> lastFailure(HasMetadata workload) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(workload.getMetadata().getNamespace())
          .withField("involvedObject.uid", workload.getMetadata().getUid())
          .withField("reason", "FailedCreate")
          .list()
          .getItems()
          .stream()
          .max(Comparator.comparing(Stuck::at))
          .map(Event::getMessage);
    } catch (KubernetesClientException e) {
      // Events are a courtesy: without the right to read them the component is just not ready.
      LOG.debug("Events cannot be read", e);
      return Optional.empty();
    }
  }

  private static String at(Event event) {
    return Objects.requireNonNullElse(event.getLastTimestamp(), "");
  }
}
