package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Optional;

/** What the informers know. Answers from memory; objects are shared and must not be changed. */
public interface Observed {

  Optional<HasMetadata> find(ObjectKey key);

  /** Every object that carries the installation's label, retained ones included. */
  Collection<HasMetadata> labelled(String namespace, String installation);

  /** Every object whose controller owner reference has this uid. */
  Collection<HasMetadata> ownedBy(String uid);
}
