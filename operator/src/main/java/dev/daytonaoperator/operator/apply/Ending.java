package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Objects that this process has deleted and that the informers may still show, by uid: such a view
 * is not written to and not deleted again.
 */
final class Ending {

  private final Map<ObjectKey, String> uids = new ConcurrentHashMap<>();

  void deleted(HasMetadata object) {
    uids.put(ObjectKey.of(object), object.getMetadata().getUid());
  }

  boolean contains(HasMetadata seen) {
    return seen.getMetadata().getUid().equals(uids.get(ObjectKey.of(seen)));
  }

  /** Forgets objects whose end the informers have shown. */
  void sweep(Function<ObjectKey, Optional<HasMetadata>> observed) {
    uids.entrySet()
        .removeIf(
            e ->
                observed
                    .apply(e.getKey())
                    .filter(seen -> seen.getMetadata().getUid().equals(e.getValue()))
                    .isEmpty());
  }
}
