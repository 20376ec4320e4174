package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Equal runners; each replica is one Daytona runner with a volume and a token of its own. */
@ValidationRule(
    value =
        "!has(self.storage) || !has(self.storage.existingClaim) || self.?replicas.orValue(1) <= 1",
    message = "`existingClaim` is one disk, for one runner: `replicas` must be at most 1",
    fieldPath = ".replicas")
public record RunnerPool(
    @Required
        @JsonPropertyDescription(
            "Name of the pool, at most 20 characters; runners are called <pool>-<number>.")
        @Size(min = 1, max = 20)
        @Pattern(Format.DNS_LABEL)
        String name,
    @JsonPropertyDescription(
            "Number of runners. Fewer: the emptiest go once no sandbox is left on them."
                + " Default: `1`.")
        @Min(0)
        @Max(99)
        Integer replicas,
    @JsonPropertyDescription(
            "Image of the pool's runners. A change is rolled out by `updatePolicy`."
                + " Absent: the catalogue's image.")
        ImageOverride image,
    @JsonPropertyDescription(
            "Volume of each runner, for images and sandboxes. Default: `{size: 100Gi}`.")
        Storage storage,
    @JsonPropertyDescription(
            "GPUs of each runner, which then takes GPU sandboxes only."
                + " A change is rolled out by `updatePolicy`. Absent: none.")
        Gpu gpu,
    @JsonPropertyDescription(
            "RuntimeClass of the runner's pod, such as kata; reported as isolation in the status."
                + " A change is rolled out by `updatePolicy`. Absent: the cluster's.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String runtimeClassName,
    @JsonPropertyDescription(
            "Whether a sandbox is held to its CPUs, memory and disk."
                + " A change is rolled out by `updatePolicy`. Default: `Disabled`.")
        Limits resourceLimits,
    @JsonPropertyDescription(
            "Whether sandboxes run the entrypoint of their snapshot."
                + " A change is rolled out by `updatePolicy`. Default: `true`.")
        Boolean useSnapshotEntrypoint,
    @JsonPropertyDescription(
            "Whether sandboxes on a runner reach each other."
                + " A change is rolled out by `updatePolicy`. Default: `Denied`.")
        Traffic interSandboxTraffic,
    @JsonPropertyDescription(
            "Addresses inside each runner; must not overlap the cluster's."
                + " A change is rolled out by `updatePolicy`.")
        SandboxNetwork sandboxNetwork,
    @JsonPropertyDescription(
            "Settings of the Docker daemon inside each runner."
                + " A change is rolled out by `updatePolicy`.")
        Docker docker,
    @JsonPropertyDescription(
            "What sandboxes may reach outside; what Daytona itself needs and DNS stay open."
                + " A change is rolled out by `updatePolicy`.")
        Egress egress,
    @JsonPropertyDescription("How changes reach runners that run sandboxes.")
        UpdatePolicy updatePolicy,
    @JsonPropertyDescription(
            "Block: a node drain waits until the runner is drained; Allow: a drain stops the"
                + " runner with its sandboxes. Restarts nothing. Default: `Block`.")
        Eviction evictionPolicy,
    @JsonPropertyDescription(
            "Settings of the pool's pods, on top of those of the component runner."
                + " A change is rolled out by `updatePolicy`. Absent: the operator's settings.")
        PodOverrides pod) {

  private static final String SUBNET = "has(self.subnet) ? self.subnet : '172.20.0.0/16'";
  private static final String BRIDGE = "has(self.bridgeIp) ? self.bridgeIp : '172.17.0.1/16'";

  /** The same pool with another number of runners. */
  public RunnerPool withReplicas(int number) {
    return new RunnerPool(
        name,
        number,
        image,
        storage,
        gpu,
        runtimeClassName,
        resourceLimits,
        useSnapshotEntrypoint,
        interSandboxTraffic,
        sandboxNetwork,
        docker,
        egress,
        updatePolicy,
        evictionPolicy,
        pod);
  }

  public record Gpu(
      @JsonPropertyDescription("GPUs per runner. Default: `1`.") @Min(1) @Max(16) Integer count,
      @JsonPropertyDescription("Extended resource that the nodes offer. Default: `nvidia.com/gpu`.")
          @Size(min = 3, max = 128)
          @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
          String resourceName) {}

  public enum Limits {
    Enforced,
    Disabled
  }

  public enum Traffic {
    Denied,
    Allowed
  }

  @ValidationRule(
      value =
          "!has(self.subnet) || (isCIDR(self.subnet) && cidr(self.subnet) =="
              + " cidr(self.subnet).masked())",
      message = "`subnet` must be a network in CIDR notation, such as '172.20.0.0/16'",
      fieldPath = ".subnet")
  @ValidationRule(
      value = "!has(self.bridgeIp) || isCIDR(self.bridgeIp)",
      message = "`bridgeIp` must be an address with its prefix length, such as '172.17.0.1/16'",
      fieldPath = ".bridgeIp")
  @ValidationRule(
      value = "!has(self.dns) || self.dns.all(a, isIP(a))",
      message = "`dns` must hold IP addresses",
      fieldPath = ".dns")
  @ValidationRule(
      value =
          "!isCIDR("
              + SUBNET
              + ") || !isCIDR("
              + BRIDGE
              + ") || (!cidr("
              + SUBNET
              + ").containsIP(cidr("
              + BRIDGE
              + ").ip()) && !cidr("
              + BRIDGE
              + ").masked().containsIP(cidr("
              + SUBNET
              + ").ip()))",
      message =
          "`subnet` (172.20.0.0/16 when absent) and `bridgeIp` (172.17.0.1/16 when absent)"
              + " must not overlap")
  public record SandboxNetwork(
      @JsonPropertyDescription("Network of the sandboxes. Default: `172.20.0.0/16`.")
          @Size(min = 9, max = 18)
          @Pattern("^[0-9./]+$")
          String subnet,
      @JsonPropertyDescription(
              "Address of Docker's own bridge, with its prefix length."
                  + " Default: `172.17.0.1/16`.")
          @Size(min = 9, max = 18)
          @Pattern("^[0-9./]+$")
          String bridgeIp,
      @JsonPropertyDescription(
              "Name servers of the sandboxes. Default: `[]` (those of the runner's pod).")
          @Size(max = 3)
          List<@Size(min = 2, max = 45) @Pattern("^[0-9a-fA-F.:]+$") String> dns,
      @JsonPropertyDescription("Largest packet in bytes. Absent: that of the pod's interface.")
          @Min(576)
          @Max(9216)
          Integer mtu) {}

  public record Docker(
      @JsonPropertyDescription("Mirrors of Docker Hub, without trailing slash. Default: `[]`.")
          @Size(max = 10)
          List<@Size(min = 8, max = 255) @Pattern(Format.URL) String> registryMirrors,
      @JsonPropertyDescription(
              "Registries (host and optional port) that may speak plain HTTP, besides the"
                  + " platform's own. Default: `[]`.")
          @Size(max = 20)
          List<
                  @Size(min = 1, max = 255)
                  @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$") String>
              insecureRegistries) {}

  @ValidationRule(
      value = "!has(self.allowCIDRs) || self.allowCIDRs.all(c, isCIDR(c))",
      message = "`allowCIDRs` must hold networks in CIDR notation, such as '10.0.0.0/8'",
      fieldPath = ".allowCIDRs")
  public record Egress(
      @JsonPropertyDescription(
              "Private networks: RFC 1918, 100.64.0.0/10 and fc00::/7. Default: `Blocked`.")
          Reach privateNetworks,
      @JsonPropertyDescription(
              "The cloud's metadata service, which hands out the node's credentials."
                  + " Default: `Blocked`.")
          Reach metadata,
      @JsonPropertyDescription("Networks that stay open in any case. Default: `[]`.")
          @Size(max = 50)
          List<@Size(min = 3, max = 49) @Pattern("^[0-9a-fA-F.:/]+$") String> allowCIDRs) {

    public enum Reach {
      Blocked,
      Allowed
    }
  }

  public record UpdatePolicy(
      @JsonPropertyDescription(
              "Drain: when no sandbox runs on it, at the latest after `drainTimeoutSeconds`;"
                  + " Immediate: at once; OnDelete: when somebody deletes its pod. A restart stops"
                  + " the sandboxes that run. Default: `Drain`.")
          Type type,
      @JsonPropertyDescription("Longest drain before a restart. Default: `3600`.")
          @Min(0)
          @Max(604800)
          Integer drainTimeoutSeconds) {

    public enum Type {
      Drain,
      Immediate,
      OnDelete
    }
  }

  public enum Eviction {
    Block,
    Allow
  }
}
