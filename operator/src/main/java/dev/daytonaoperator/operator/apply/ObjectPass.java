package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyListener.Outcome;
import dev.daytonaoperator.operator.apply.Stamp.Stamped;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What happens to one desired object in one pass. */
final class ObjectPass {

  static final String FIELD_MANAGER = "daytona-operator";
  private static final int UNPROCESSABLE = 422;
  private static final Duration DYING_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Owner owner;
  private final OwnerMemory memory;
  private final Report report;
  private final Stamped desired;
  private final ObjectKey key;

  ObjectPass(
      KubernetesClient client,
      Clock clock,
      Owner owner,
      OwnerMemory memory,
      Report report,
      Stamped desired) {
    this.client = client;
    this.clock = clock;
    this.owner = owner;
    this.memory = memory;
    this.report = report;
    this.desired = desired;
    this.key = desired.key();
  }

  /** Settles what needs no call; returns the call otherwise. */
  Optional<Runnable> next(Optional<HasMetadata> live, boolean mayCreate) {
    var memo = memory.memos().get(key);
    var decision = Decider.decide(owner, desired, live, memo, clock.millis());
    if (!(decision instanceof Decision.AwaitEnd)) {
      memory.dyingSince().remove(key);
    }
    return switch (decision) {
      case Decision.Skip s -> {
        live.ifPresent(
            l ->
                memory
                    .memos()
                    .computeIfPresent(
                        key, (k, m) -> m.seenAt(l.getMetadata().getResourceVersion())));
        yield Optional.empty();
      }
      case Decision.Adopt a -> {
        live.ifPresent(l -> remember(l, true));
        yield Optional.empty();
      }
      case Decision.AwaitEcho e -> {
        report.awaited();
        yield Optional.empty();
      }
      case Decision.AwaitEnd e -> awaitEnd();
      case Decision.Create c -> {
        if (!mayCreate) {
          report.waiting(key);
          yield Optional.empty();
        }
        yield guarded(() -> create(memo != null));
      }
      case Decision.Apply a -> guarded(() -> overwrite(live, a.drift()));
    };
  }

  private Optional<Runnable> awaitEnd() {
    long since = memory.dyingSince().computeIfAbsent(key, k -> clock.millis());
    if (clock.millis() - since < DYING_PATIENCE.toMillis()) {
      report.dying(key, DYING_PATIENCE);
      return Optional.empty();
    }
    // The informer may have missed its end: ask once, then be patient again.
    return Optional.of(
        () -> {
          memory.dyingSince().put(key, clock.millis());
          if (live().isEmpty()) {
            create(false);
          } else {
            report.dying(key, DYING_PATIENCE);
          }
        });
  }

  /** Leaves alone what was refused or is fought over, until its time has come. */
  private Optional<Runnable> guarded(Runnable write) {
    var refusal = memory.refusals().get(key);
    if (refusal != null && refusal.hash().equals(desired.hash())) {
      var wait = Duration.ofMillis(refusal.atMillis() - clock.millis()).plus(backOff(refusal));
      if (wait.isPositive()) {
        report.stillRejected(key, refusal.message(), wait);
        return Optional.empty();
      }
    }
    var pause = memory.contention().pause(key, desired.hash(), clock.millis());
    if (pause.isPositive()) {
      report.contested(key, "", pause);
      return Optional.empty();
    }
    return Optional.of(write);
  }

  private static Duration backOff(OwnerMemory.Refusal refusal) {
    return FIRST_RETRY.multipliedBy(1L << Math.min(refusal.times() - 1, 5));
  }

  private void create(boolean deletedByOthers) {
    try {
      // Without force: if somebody else made an object of this name meanwhile, it is not taken.
      var written = patch(desired.object(), false);
      if (deletedByOthers) {
        report.drift(key);
      }
      settle(written, Outcome.CREATED);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT && memory.names().isStranger(owner, key)) {
        memory.names().found(key);
        report.conflict(key);
      } else if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        overwrite(live(), true);
      } else {
        failed(e, Optional.empty());
      }
    }
  }

  private void overwrite(Optional<HasMetadata> live, boolean drift) {
    try {
      var written = patch(keepGrowth(live), true);
      if (drift) {
        report.drift(key);
      }
      settle(written, Outcome.APPLIED);
    } catch (KubernetesClientException e) {
      failed(e, live);
    }
  }

  private HasMetadata patch(HasMetadata object, boolean force) {
    return client
        .resource(object)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(FIELD_MANAGER)
                .withForce(force)
                .build());
  }

  /** A volume that was grown is never asked to shrink: the server would refuse it for ever. */
  private HasMetadata keepGrowth(Optional<HasMetadata> live) {
    if (!(desired.object() instanceof PersistentVolumeClaim claim)
        || !(live.orElse(null) instanceof PersistentVolumeClaim existing)) {
      return desired.object();
    }
    var has = existing.getSpec().getResources().getRequests().get("storage");
    var wants = claim.getSpec().getResources().getRequests().get("storage");
    if (Quantity.getAmountInBytes(has).compareTo(Quantity.getAmountInBytes(wants)) <= 0) {
      return claim;
    }
    var kept = (PersistentVolumeClaim) ObjectTree.copy(claim);
    kept.getSpec().getResources().getRequests().put("storage", has);
    return kept;
  }

  private void settle(HasMetadata written, Outcome outcome) {
    memory.refusals().remove(key);
    remember(written, false);
    report.written(key, outcome);
    memory.contention().applied(key, desired.hash(), clock.millis());
    var pause = memory.contention().pause(key, desired.hash(), clock.millis());
    if (pause.isPositive()) {
      report.contested(key, otherManagers(written), pause);
    }
  }

  private void remember(HasMetadata state, boolean seen) {
    memory
        .memos()
        .put(
            key,
            new Memo(
                desired.hash(),
                desired.tree().fingerprint(ObjectTree.of(state)),
                state.getMetadata().getResourceVersion(),
                seen,
                clock.millis()));
  }

  private static String otherManagers(HasMetadata written) {
    return written.getMetadata().getManagedFields().stream()
        .map(m -> m.getManager())
        .filter(m -> !FIELD_MANAGER.equals(m))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void failed(KubernetesClientException e, Optional<HasMetadata> live) {
    var message = Objects.requireNonNullElse(e.getMessage(), "").lines().findFirst().orElse("");
    if (e.getCode() == UNPROCESSABLE
        && live.isPresent()
        && Immutables.recreate(client, live.get(), message)) {
      memory.memos().remove(key);
      report.written(key, Outcome.DELETED);
      return;
    }
    boolean refused =
        e.getCode() == UNPROCESSABLE
            || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
            || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    if (!refused) {
      report.fault(key, message);
      return;
    }
    var before = memory.refusals().get(key);
    int times = before != null && before.hash().equals(desired.hash()) ? before.times() + 1 : 1;
    var refusal = new OwnerMemory.Refusal(desired.hash(), message, times, clock.millis());
    memory.refusals().put(key, refusal);
    report.rejected(key, message, backOff(refusal));
  }

  private Optional<HasMetadata> live() {
    return Optional.ofNullable(
        client
            .resources(ManagedKind.of(key.kind()).type())
            .inNamespace(key.namespace())
            .withName(key.name())
            .get());
  }
}
