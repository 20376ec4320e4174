package dev.daytonaoperator.api.v1alpha1;

import java.util.List;

/** Where images come from and how they are pulled. */
public record Images(String registry, PullPolicy pullPolicy, List<NameRef> pullSecrets) {

  public enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }
}
