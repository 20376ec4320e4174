package dev.daytonaoperator.api.v1alpha1;

import java.util.List;

/** Equal runners; each replica is one Daytona runner with a volume and a token of its own. */
public record RunnerPool(
    String name,
    Integer replicas,
    ImageOverride image,
    Storage storage,
    Gpu gpu,
    String runtimeClassName,
    Limits resourceLimits,
    Boolean useSnapshotEntrypoint,
    Traffic interSandboxTraffic,
    SandboxNetwork sandboxNetwork,
    Docker docker,
    Egress egress,
    UpdatePolicy updatePolicy,
    Eviction evictionPolicy,
    PodOverrides pod) {

  public record Gpu(Integer count, String resourceName) {}

  public enum Limits {
    Enforced,
    Disabled
  }

  public enum Traffic {
    Denied,
    Allowed
  }

  public record SandboxNetwork(String subnet, String bridgeIp, List<String> dns, Integer mtu) {}

  public record Docker(List<String> registryMirrors, List<String> insecureRegistries) {}

  public record Egress(Reach privateNetworks, Reach metadata, List<String> allowCIDRs) {

    public enum Reach {
      Blocked,
      Allowed
    }
  }

  public record UpdatePolicy(Type type) {

    public enum Type {
      Immediate,
      OnDelete
    }
  }

  public enum Eviction {
    Block,
    Allow
  }
}
