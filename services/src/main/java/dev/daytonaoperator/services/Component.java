package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** One part of the platform. Knows everything about how that part looks in the cluster. */
public interface Component {

  ComponentName name();

  /**
   * The objects this component consists of for these inputs; empty when it is switched off. Equal
   * inputs give equal objects in equal order. Owner, common labels and namespace are added by the
   * caller.
   */
  List<HasMetadata> render(Inputs inputs);
}
