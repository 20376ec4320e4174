package dev.daytonaoperator.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;

/**
 * What the pods' informer knows. Answers from memory; objects are shared and must not be changed.
 */
interface ObservedPods {

  /** The pods that carry the installation's label. */
  Collection<Pod> pods(String namespace, String installation);
}
