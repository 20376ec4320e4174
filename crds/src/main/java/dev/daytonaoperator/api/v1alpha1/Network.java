package dev.daytonaoperator.api.v1alpha1;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/** Network rules inside the cluster. */
public record Network(Policies policies) {

  public record Policies(Type type, List<NetworkPolicyPeer> ingressFrom) {

    public enum Type {
      Enabled,
      Disabled
    }
  }
}
