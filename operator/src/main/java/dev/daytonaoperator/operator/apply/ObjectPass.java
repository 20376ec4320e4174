package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyListener.Outcome;
import dev.daytonaoperator.operator.apply.Stamp.Stamped;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens to one desired object in one pass. */
final class ObjectPass {

  static final String FIELD_MANAGER = "daytona-operator";

  /**
   * No object has it, so that a write with this precondition creates or is refused: an apply would
   * silently merge into an object that somebody else has made meanwhile.
   */
  private static final String NO_OBJECT = "1";

  private static final int UNPROCESSABLE = 422;
  private static final Duration DYING_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Owner owner;
  private final OwnerMemory memory;
  private final Report report;
  private final Stamped wanted;
  private final ObjectKey key;
  private final boolean mayReplace;

  ObjectPass(
      KubernetesClient client,
      Clock clock,
      Owner owner,
      OwnerMemory memory,
      Report report,
      Stamped wanted,
      boolean mayReplace) {
    this.client = client;
    this.clock = clock;
    this.owner = owner;
    this.memory = memory;
    this.report = report;
    this.wanted = wanted;
    this.key = wanted.key();
    this.mayReplace = mayReplace;
  }

  /** Settles what needs no call; returns the calls otherwise. */
  Optional<Runnable> next(Optional<HasMetadata> live, boolean mayCreate) {
    return work(live, mayCreate).map(this::faultTolerant);
  }

  private Optional<Runnable> work(Optional<HasMetadata> live, boolean mayCreate) {
    if (live.isPresent() && memory.ending().contains(live.get())) {
      return awaitEnd(live.get());
    }
    var memo = memory.memos().get(key);
    var desired = Growth.kept(wanted, live);
    var decision = Decider.decide(owner, desired, live, memo, clock.millis());
    if (!(decision instanceof Decision.AwaitEnd)) {
      memory.dyingSince().remove(key);
    }
    return switch (decision) {
      case Decision.Skip s -> {
        live.ifPresent(this::seen);
        yield Optional.empty();
      }
      case Decision.Adopt a -> {
        live.ifPresent(l -> remember(desired, l, true));
        yield Optional.empty();
      }
      case Decision.AwaitEcho e -> {
        report.awaited(
            Duration.ofMillis(live.isPresent() ? Memo.ECHO_MILLIS : Memo.ABSENCE_MILLIS));
        yield Optional.empty();
      }
      case Decision.AskServer a -> guarded(() -> ask(memo));
      case Decision.AwaitEnd e -> awaitEnd(live.orElseThrow());
      case Decision.Create c -> {
        // Only what has never been there waits for its wave.
        if (!mayCreate && memo == null) {
          report.waiting(key);
          yield Optional.empty();
        }
        yield guarded(memo == null ? () -> create(false) : this::restore);
      }
      case Decision.Apply a -> guarded(() -> overwrite(live.orElseThrow(), a.drift()));
    };
  }

  /** A call that fails is tried again, and keeps no other object from being written. */
  private Runnable faultTolerant(Runnable calls) {
    return () -> {
      try {
        calls.run();
      } catch (KubernetesClientException e) {
        report.fault(key, Words.of(e));
      }
    };
  }

  private void seen(HasMetadata live) {
    var version = live.getMetadata().getResourceVersion();
    memory.memos().computeIfPresent(key, (k, memo) -> memo.seenAt(version));
  }

  private Optional<Runnable> awaitEnd(HasMetadata live) {
    memory
        .memos()
        .computeIfPresent(key, (k, m) -> m.newerThan(version(live)) ? m : m.seenAt(version(live)));
    long since = memory.dyingSince().computeIfAbsent(key, k -> clock.millis());
    if (clock.millis() - since < DYING_PATIENCE.toMillis()) {
      report.dying(key, DYING_PATIENCE);
      return Optional.empty();
    }
    // The informer may have missed its end: ask once, then be patient again.
    return Optional.of(
        () -> {
          memory.dyingSince().put(key, clock.millis());
          live().ifPresentOrElse(this::meet, () -> create(false));
        });
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  /** Leaves alone what was refused or is fought over, until its time has come. */
  private Optional<Runnable> guarded(Runnable write) {
    var refusal = memory.refusals().get(key);
    if (refusal != null && refusal.hash().equals(wanted.hash())) {
      var wait = Duration.ofMillis(refusal.atMillis() - clock.millis()).plus(backOff(refusal));
      if (wait.isPositive()) {
        report.stillRejected(key, refusal.message(), wait);
        return Optional.empty();
      }
    }
    var pause = memory.contention().pause(key, wanted.hash(), clock.millis());
    if (pause.lasts()) {
      report.contested(key, pause);
      return Optional.empty();
    }
    return Optional.of(write);
  }

  private static Duration backOff(OwnerMemory.Refusal refusal) {
    return FIRST_RETRY.multipliedBy(1L << Math.min(refusal.times() - 1, 5));
  }

  /** The informers have not shown our last write, which is overdue or no longer what is wanted. */
  private void ask(@Nullable Memo memo) {
    var found = live();
    if (found.isEmpty()) {
      create(true);
    } else if (memo != null && memo.hash().equals(wanted.hash())) {
      memory.memos().put(key, memo.checkedAt(clock.millis()));
      report.awaited(Duration.ofMillis(Memo.ABSENCE_MILLIS));
    } else {
      meet(found.get());
    }
  }

  /** It has vanished from the informers: deleted, or only without the label that they select by. */
  private void restore() {
    live().ifPresentOrElse(this::meet, () -> create(true));
  }

  /** There is an object that the informers do not show. */
  private void meet(HasMetadata found) {
    if (!NameScan.ours(owner, found.getMetadata())) {
      memory.memos().remove(key);
      memory.names().found(key);
      report.conflict(key);
    } else if (Decider.dying(owner, found)) {
      report.dying(key, DYING_PATIENCE);
    } else {
      overwrite(found, memory.memos().containsKey(key));
    }
  }

  private void create(boolean deletedByOthers) {
    if (!mayReplace) {
      report.fault(key, "is gone, and is not made anew: it held data");
      return;
    }
    try {
      var object = ObjectTree.copy(wanted.object());
      object.getMetadata().setResourceVersion(NO_OBJECT);
      var written = patch(object, false);
      if (deletedByOthers) {
        report.drift(key);
      }
      settle(wanted, written, Outcome.CREATED, "");
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        failed(e);
        return;
      }
      live().ifPresentOrElse(this::meet, () -> report.fault(key, Words.of(e)));
    }
  }

  private void overwrite(HasMetadata live, boolean drift) {
    var desired = Growth.kept(wanted, Optional.of(live));
    try {
      // With its uid, so that another object of this name is never meant.
      var object = ObjectTree.copy(desired.object());
      object.getMetadata().setUid(live.getMetadata().getUid());
      var written = patch(object, true);
      if (drift) {
        report.drift(key);
      }
      settle(desired, written, Outcome.APPLIED, drift ? lastOtherManager(live) : "");
    } catch (KubernetesClientException e) {
      boolean acceptedBefore = drift || Decider.carries(wanted, live);
      if (e.getCode() == UNPROCESSABLE
          && Immutables.recreatable(live, Words.of(e), acceptedBefore)) {
        Immutables.delete(client, live);
        memory.ending().deleted(live);
        memory.memos().remove(key);
        report.written(key, Outcome.DELETED);
        report.dying(key, DYING_PATIENCE);
      } else {
        failed(e);
      }
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

  private void settle(Stamped desired, HasMetadata written, Outcome outcome, String opponent) {
    memory.refusals().remove(key);
    remember(desired, written, false);
    report.written(key, outcome);
    memory.contention().applied(key, desired.hash(), opponent, clock.millis());
    var pause = memory.contention().pause(key, desired.hash(), clock.millis());
    if (pause.lasts()) {
      report.contested(key, pause);
    }
  }

  private void remember(Stamped desired, HasMetadata state, boolean seen) {
    memory
        .memos()
        .put(
            key,
            new Memo(
                desired.hash(),
                desired.tree().fingerprint(ObjectTree.of(state)),
                version(state),
                seen,
                clock.millis()));
  }

  /** Who wrote last beside us, before our own write takes the field from them. */
  private static String lastOtherManager(HasMetadata live) {
    return live.getMetadata().getManagedFields().stream()
        .filter(m -> !FIELD_MANAGER.equals(m.getManager()) && m.getSubresource() == null)
        .max(Comparator.comparing(m -> Objects.requireNonNullElse(m.getTime(), "")))
        .map(m -> m.getManager())
        .orElse("");
  }

  private void failed(KubernetesClientException e) {
    boolean refused =
        e.getCode() == UNPROCESSABLE
            || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
            || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    if (!refused) {
      report.fault(key, Words.of(e));
      return;
    }
    var before = memory.refusals().get(key);
    int times = before != null && before.hash().equals(wanted.hash()) ? before.times() + 1 : 1;
    var refusal = new OwnerMemory.Refusal(wanted.hash(), Words.of(e), times, clock.millis());
    memory.refusals().put(key, refusal);
    report.rejected(key, refusal.message(), backOff(refusal));
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
