package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.operator.status.RunnersState;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of turns in the life of an installation as Events: it became ready, is ready no more, waits
 * for a person, or a runner begins to have a trouble. What lasts is in the status; an Event says
 * when it began, once, and again after an hour at the earliest. The same happens at most twice a
 * minute per installation.
 */
final class EventWriter {

  private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
  private static final Duration AGAIN = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int PER_MINUTE = 2;
  private static final int LONGEST = 1000;

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Told> byUid = new ConcurrentHashMap<>();

  /** What was told of one installation. */
  private static final class Told {
    final Map<String, Instant> last = new HashMap<>();
    final Set<String> troubles = new HashSet<>();
    boolean known;
  }

  private record Turn(String type, String reason, String message, String key) {}

  EventWriter(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Compares what was with what is; the resource carries the status that it had before.
   *
   * @return when to come again, as there was too much to tell at once
   */
  Optional<Duration> tell(
      DaytonaInstallation resource, DaytonaInstallationStatus now, RunnersState runners) {
    var told = byUid.computeIfAbsent(resource.getMetadata().getUid(), uid -> new Told());
    var instant = clock.instant();
    for (var turn : conditions(Optional.ofNullable(resource.getStatus()), now)) {
      var unused = told(told, resource, turn, instant);
    }
    boolean all = true;
    for (var turn : troubles(told, runners)) {
      if (told(told, resource, turn, instant)) {
        told.troubles.add(turn.key());
      } else {
        all = false;
      }
    }
    return all ? Optional.empty() : Optional.of(untilRoom(told, instant));
  }

  /** When the oldest Event of the last minute is a minute old. */
  private static Duration untilRoom(Told told, Instant now) {
    return told.last.values().stream()
        .map(at -> Duration.between(now, at.plus(MINUTE)))
        .filter(Duration::isPositive)
        .min(Duration::compareTo)
        .orElse(MINUTE)
        .plusMillis(1);
  }

  /** False when it has to wait; what was told within the hour counts as told. */
  private boolean told(Told told, DaytonaInstallation resource, Turn turn, Instant now) {
    var last = told.last.get(turn.key());
    if (last != null && last.plus(AGAIN).isAfter(now)) {
      return true;
    }
    long recent = told.last.values().stream().filter(at -> at.plus(MINUTE).isAfter(now)).count();
    if (recent >= PER_MINUTE) {
      return false;
    }
    told.last.put(turn.key(), now);
    write(resource, turn, now);
    return true;
  }

  void retain(Set<String> uids) {
    byUid.keySet().retainAll(uids);
  }

  private static List<Turn> conditions(
      Optional<DaytonaInstallationStatus> before, DaytonaInstallationStatus now) {
    var turns = new ArrayList<Turn>();
    var wasReady = find(before, ConditionType.Ready);
    var isReady = find(Optional.of(now), ConditionType.Ready);
    boolean was = wasReady.filter(EventWriter::holds).isPresent();
    if (isReady.filter(EventWriter::holds).isPresent() && !was) {
      turns.add(new Turn("Normal", "Ready", isReady.get().getMessage(), "Ready/" + at(isReady)));
    } else if (was && isReady.isPresent() && !holds(isReady.get())) {
      turns.add(
          new Turn(
              "Warning",
              isReady.get().getReason(),
              "not ready any more: " + isReady.get().getMessage(),
              "NotReady/" + at(isReady)));
    }
    var wasStalled = find(before, ConditionType.Stalled).map(Condition::getReason);
    var isStalled = find(Optional.of(now), ConditionType.Stalled);
    if (isStalled.isPresent() && !isStalled.map(Condition::getReason).equals(wasStalled)) {
      turns.add(
          new Turn(
              "Warning",
              isStalled.get().getReason(),
              isStalled.get().getMessage(),
              "Stalled/" + isStalled.get().getReason()));
    }
    return turns;
  }

  /** Each turn is one, however often the same happens. */
  private static String at(Optional<Condition> condition) {
    return condition.map(Condition::getLastTransitionTime).orElse("");
  }

  /** A process that has just started does not know what it told before: it tells of no old one. */
  private static List<Turn> troubles(Told told, RunnersState runners) {
    if (!runners.known()) {
      return List.of();
    }
    var turns = new ArrayList<Turn>();
    var keys = new HashSet<String>();
    for (var warning : runners.warnings()) {
      var key = warning.runner() + "/" + warning.reason();
      keys.add(key);
      if (!told.known) {
        told.troubles.add(key);
      } else if (!told.troubles.contains(key)) {
        turns.add(new Turn("Warning", warning.reason().name(), warning.message(), key));
      }
    }
    told.known = true;
    told.troubles.retainAll(keys); // what has ended may begin again
    return turns;
  }

  private static Optional<Condition> find(
      Optional<DaytonaInstallationStatus> status, ConditionType type) {
    return status.map(DaytonaInstallationStatus::conditions).orElse(List.of()).stream()
        .filter(c -> c.getType().equals(type.name()))
        .findFirst();
  }

  private static boolean holds(Condition condition) {
    return condition.getStatus().equals("True");
  }

  /** An Event that cannot be written is not worth a failed pass. */
  private void write(DaytonaInstallation resource, Turn turn, Instant now) {
    try {
      var unused = client.v1().events().resource(event(resource, turn, now)).create();
    } catch (KubernetesClientException e) {
      LOG.atDebug().addKeyValue("reason", turn.reason()).setCause(e).log("event not written");
    }
  }

  private static Event event(DaytonaInstallation resource, Turn turn, Instant now) {
    var meta = resource.getMetadata();
    var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var message = turn.message().isEmpty() ? turn.reason() : turn.message();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(meta.getName() + ".")
        .withNamespace(meta.getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(resource.getApiVersion())
        .withKind(resource.getKind())
        .withNamespace(meta.getNamespace())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .endInvolvedObject()
        .withType(turn.type())
        .withReason(turn.reason())
        .withMessage(message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .withNewSource()
        .withComponent("daytona-operator")
        .endSource()
        .build();
  }
}
