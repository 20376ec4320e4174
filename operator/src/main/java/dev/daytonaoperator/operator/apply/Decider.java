package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.Stamp.Stamped;
import dev.daytonaoperator.services.Annotations;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides per object from the informer's view and the memo; calls nothing. */
final class Decider {

  private Decider() {}

  static Decision decide(
      Owner owner,
      Stamped desired,
      Optional<HasMetadata> live,
      @Nullable Memo memo,
      long nowMillis) {
    if (live.isEmpty()) {
      return absent(desired, memo, nowMillis);
    }
    var actual = live.get();
    if (dying(owner, actual)) {
      return new Decision.AwaitEnd();
    }
    if (memo == null) {
      boolean asWanted = carries(desired, actual) && desired.tree().within(ObjectTree.of(actual));
      return asWanted ? new Decision.Adopt() : new Decision.Apply(false);
    }
    if (!memo.hash().equals(desired.hash())) {
      return new Decision.Apply(false);
    }
    var version = actual.getMetadata().getResourceVersion();
    if (memo.resourceVersion().equals(version)) {
      return new Decision.Skip();
    }
    if (memo.newerThan(version)) {
      return nowMillis - memo.atMillis() < Memo.ECHO_MILLIS
          ? new Decision.AwaitEcho()
          : new Decision.Apply(false);
    }
    var tree = ObjectTree.of(actual);
    if (desired.tree().fingerprint(tree).equals(memo.fingerprint())) {
      return new Decision.Skip();
    }
    return desired.tree().within(tree) ? new Decision.Adopt() : new Decision.Apply(true);
  }

  private static Decision absent(Stamped desired, @Nullable Memo memo, long nowMillis) {
    if (memo == null) {
      return new Decision.Create();
    }
    if (memo.seen()) {
      return new Decision.Create();
    }
    if (!memo.hash().equals(desired.hash())) {
      return new Decision.AskServer();
    }
    return nowMillis - memo.atMillis() < Memo.ABSENCE_MILLIS
        ? new Decision.AwaitEcho()
        : new Decision.AskServer();
  }

  /** Being deleted, or left over from an earlier resource of this name. */
  static boolean dying(Owner owner, HasMetadata actual) {
    return actual.getMetadata().getDeletionTimestamp() != null
        || actual.getMetadata().getOwnerReferences().stream()
            .anyMatch(
                o -> Boolean.TRUE.equals(o.getController()) && !o.getUid().equals(owner.uid()));
  }

  /** Whether the object says that just this intent was applied to it. */
  static boolean carries(Stamped desired, HasMetadata actual) {
    var annotations = actual.getMetadata().getAnnotations();
    return annotations != null && desired.hash().equals(annotations.get(Annotations.DESIRED));
  }
}
