package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What sandboxes start from, where they are placed and how many there may be. */
@ValidationRule(
    value =
        "!has(self.defaultSnapshot) || self.defaultSnapshot.matches("
            + "'(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[a-f0-9]{64})$')",
    message = "`defaultSnapshot` must have a tag or a digest",
    fieldPath = ".defaultSnapshot")
@ValidationRule(
    value = "!has(self.defaultSnapshot) || !self.defaultSnapshot.matches(':latest(@|$)')",
    message = "`defaultSnapshot` must not be tagged 'latest': Daytona refuses it",
    fieldPath = ".defaultSnapshot")
public record Sandboxes(
    @JsonPropertyDescription(
            "Image of the snapshot that sandboxes start from by default; with a tag or a digest,"
                + " never 'latest'. A change restarts the API."
                + " Default: `daytonaio/sandbox:v0.185.0-amd64`.")
        @Size(min = 3, max = 383)
        @Pattern(Format.IMAGE)
        String defaultSnapshot,
    @JsonPropertyDescription(
            "Region that the platform starts with; Daytona reads it at its first start only."
                + " Immutable. Default: `{id: us, name: us, quotas: NotEnforced}`.")
        Region defaultRegion,
    @JsonPropertyDescription("How a runner is chosen for a sandbox.") Scheduling scheduling,
    @JsonPropertyDescription(
            "Quotas of organisations that are created from now on. A change restarts the API."
                + " Default: `{totalCpu: 10, totalMemoryGiB: 10, totalDiskGiB: 30,"
                + " maxCpuPerSandbox: 4, maxMemoryGiBPerSandbox: 8, maxDiskGiBPerSandbox: 10,"
                + " snapshots: 30, maxSnapshotSizeGiB: 20, volumes: 100}`.")
        Quotas quotas,
    @JsonPropertyDescription(
            "Quotas of the administrator's organisation. A change goes through Daytona's API and"
                + " restarts nothing."
                + " Default: `{totalCpu: 100, totalMemoryGiB: 200, totalDiskGiB: 500,"
                + " maxCpuPerSandbox: 16, maxMemoryGiBPerSandbox: 32, maxDiskGiBPerSandbox: 100,"
                + " snapshots: 100, maxSnapshotSizeGiB: 100, volumes: 100}`.")
        Quotas adminQuotas) {

  public record Region(
      @JsonPropertyDescription("Id of the region. Immutable.")
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
          String id,
      @JsonPropertyDescription("Name of the region, as users see it. Immutable.")
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
          String name,
      @JsonPropertyDescription("Whether the total quotas hold in the region. Immutable.")
          Enforcement quotas) {

    public enum Enforcement {
      Enforced,
      NotEnforced
    }
  }

  public record Scheduling(
      @JsonPropertyDescription(
              "Lowest score (0-100) at which a runner gets sandboxes. A change restarts the API."
                  + " Default: `10`.")
          @Min(0)
          @Max(100)
          Integer availabilityScoreThreshold,
      @JsonPropertyDescription(
              "Added to the threshold for a new snapshot's first runner."
                  + " A change restarts the API. Default: `20`.")
          @Min(0)
          @Max(100)
          Integer initialRunnerScoreAddon,
      @JsonPropertyDescription(
              "Lowest score (0-100) at which a stopped sandbox may start on its runner."
                  + " A change restarts the API. Default: `3`.")
          @Min(0)
          @Max(100)
          Integer startScoreThreshold,
      @JsonPropertyDescription(
              "Use of the disk in percent from which a runner's score falls fast."
                  + " A change restarts the API. Default: `75`.")
          @Min(0)
          @Max(100)
          Integer diskPenaltyThreshold,
      @JsonPropertyDescription(
              "Use of the memory in percent from which a runner's score falls fast."
                  + " A change restarts the API. Default: `75`.")
          @Min(0)
          @Max(100)
          Integer memoryPenaltyThreshold) {}

  public record Quotas(
      @JsonPropertyDescription("CPUs of all running sandboxes together.") @Min(0) @Max(1000000)
          Integer totalCpu,
      @JsonPropertyDescription("Memory of all running sandboxes together, in GiB.")
          @Min(0)
          @Max(1000000)
          Integer totalMemoryGiB,
      @JsonPropertyDescription("Disk of all sandboxes together, in GiB.") @Min(0) @Max(1000000)
          Integer totalDiskGiB,
      @JsonPropertyDescription("CPUs of one sandbox.") @Min(0) @Max(1000000)
          Integer maxCpuPerSandbox,
      @JsonPropertyDescription("Memory of one sandbox, in GiB.") @Min(0) @Max(1000000)
          Integer maxMemoryGiBPerSandbox,
      @JsonPropertyDescription("Disk of one sandbox, in GiB.") @Min(0) @Max(1000000)
          Integer maxDiskGiBPerSandbox,
      @JsonPropertyDescription("Number of snapshots.") @Min(0) @Max(1000000) Integer snapshots,
      @JsonPropertyDescription("Size of one snapshot, in GiB.") @Min(0) @Max(1000000)
          Integer maxSnapshotSizeGiB,
      @JsonPropertyDescription("Number of volumes.") @Min(0) @Max(1000000) Integer volumes) {}
}
