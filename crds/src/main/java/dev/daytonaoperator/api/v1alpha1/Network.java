package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/** Network rules inside the cluster. */
public record Network(
    @Default("{}")
        @JsonPropertyDescription("NetworkPolicies for every component. Restarts nothing.")
        Policies policies) {

  public record Policies(
      @Default("Enabled")
          @JsonPropertyDescription(
              "Whether the operator makes NetworkPolicies that admit only what Daytona needs;"
                  + " the cluster's network plugin must enforce them. Default: `Enabled`.")
          Type type,
      @JsonPropertyDescription(
              "Peers that may reach the published components too: pods of the ingress"
                  + " controller, Prometheus. Default: `[]`.")
          @Size(max = 20)
          List<NetworkPolicyPeer> ingressFrom) {

    public enum Type {
      Enabled,
      Disabled
    }
  }
}
