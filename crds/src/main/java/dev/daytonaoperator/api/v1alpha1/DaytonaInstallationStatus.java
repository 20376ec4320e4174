package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;

/** What is true about the installation. Derived; never read by the operator to decide anything. */
public record DaytonaInstallationStatus(
    @Min(-1)
        @JsonPropertyDescription(
            "Generation of the spec that this status is about; -1: not seen yet.")
        Long observedGeneration,
    @Size(max = 32) @JsonPropertyDescription("Version of Daytona that runs.") String version,
    @Size(max = 32)
        @JsonPropertyDescription("Components ready of components wanted, such as 14/14.")
        String summary,
    @JsonPropertyDescription("Defaults and computed values in force.") Resolved resolved,
    @JsonPropertyDescription("Policy that is really in force on the objects.")
        DataRetention dataRetention,
    @JsonPropertyDescription("Where the platform is reached.") Endpoints endpoints,
    @JsonPropertyDescription("Where credentials are; never what they are.") Credentials credentials,
    @Size(max = 32) @JsonPropertyDescription("State of each component.")
        List<ComponentStatus> components,
    @Size(max = 128) @JsonPropertyDescription("State of each runner.") List<RunnerStatus> runners,
    @JsonPropertyDescription("Change of version that is under way.") Upgrade upgrade,
    @Size(max = 64)
        @JsonPropertyDescription("Data that are kept by policy, and what to do with them.")
        List<Retained> retained,
    @Size(max = 32)
        @JsonPropertyDescription("What was checked in the cluster before anything was made.")
        List<Preflight> preflight,
    @Size(max = 32)
        @JsonPropertyDescription(
            "What holds, for `kubectl wait`; types and reasons are documented in the API"
                + " reference.")
        List<Condition> conditions) {

  /** Defaults and computed values in force. */
  public record Resolved(
      @Size(max = 253) @JsonPropertyDescription("DNS domain of the cluster.") String clusterDomain,
      @Size(max = 253) @JsonPropertyDescription("Storage class of new volumes.")
          String storageClassName,
      @Size(max = 255)
          @JsonPropertyDescription("Registry that images are pulled from, when one is set.")
          String imageRegistry,
      @Size(max = 383) @JsonPropertyDescription("Image of the default snapshot.")
          String defaultSnapshot,
      @Size(max = 255)
          @JsonPropertyDescription("Host and port of the registry, as persisted in image names.")
          String registryHost,
      @JsonPropertyDescription("Quotas of organisations created from now on.")
          Sandboxes.Quotas quotas,
      @JsonPropertyDescription("Quotas of the administrator's organisation.")
          Sandboxes.Quotas adminQuotas,
      @Size(max = 32) @JsonPropertyDescription("Size of each volume, by component or runner.")
          Map<String, @Size(max = 63) String> storage) {}

  public record Endpoints(
      @Size(max = 512) @JsonPropertyDescription("URL of the dashboard.") String dashboard,
      @Size(max = 512)
          @JsonPropertyDescription(
              "URL of the API, with /api: DAYTONA_API_URL of SDKs and command line.")
          String api,
      @Size(max = 512) @JsonPropertyDescription("URL of the proxy; previews are its subdomains.")
          String proxy,
      @Size(max = 512) @JsonPropertyDescription("URL of the toolbox that SDKs are told.")
          String toolbox,
      @Size(max = 512) @JsonPropertyDescription("Host and port for SSH.") String ssh,
      @Size(max = 512) @JsonPropertyDescription("OpenID Connect issuer, as tokens carry it.")
          String issuer,
      @Size(max = 512) @JsonPropertyDescription("Host and port of the registry.") String registry,
      @Size(max = 512) @JsonPropertyDescription("URL of S3, as SDKs reach it.")
          String objectStorage) {}

  public record Credentials(
      @JsonPropertyDescription("Where the administrator's API key is.") SecretKeyRef adminApiKey,
      @JsonPropertyDescription("Who can log in first, and where the password is.")
          FirstUser firstUser,
      @JsonPropertyDescription("Secret with the database's credentials.") NameRef database,
      @JsonPropertyDescription("Secret with the registry's credentials.") NameRef registry,
      @JsonPropertyDescription("Secret with the object storage's credentials.")
          NameRef objectStorage) {}

  public record FirstUser(
      @Size(max = 254) @JsonPropertyDescription("E-mail address of the user.") String email,
      @Size(max = 253) @JsonPropertyDescription("Name of the Secret.") String secretName,
      @Size(max = 253) @JsonPropertyDescription("Key of the password.") String key) {}

  public record ComponentStatus(
      @Required
          @Size(max = 63)
          @JsonPropertyDescription("Name of the component, as in `spec.components`.")
          String name,
      @JsonPropertyDescription("Whether it does its work as wanted.") Boolean ready,
      @Min(0) @Max(1000000) @JsonPropertyDescription("Pods wanted.") Integer desired,
      @Min(0) @Max(1000000) @JsonPropertyDescription("Pods available.") Integer available,
      @Size(max = 512) @JsonPropertyDescription("Image of its main container.") String image,
      @Size(max = 128)
          @JsonPropertyDescription("Why it is (not) ready; one of the documented reasons.")
          String reason,
      @Size(max = 4096) @JsonPropertyDescription("The same in a sentence, with what to do.")
          String message) {}

  public record RunnerStatus(
      @Required @Size(max = 63) @JsonPropertyDescription("Name of the runner: <pool>-<number>.")
          String name,
      @Size(max = 63) @JsonPropertyDescription("State in Daytona.") String state,
      @Min(0) @Max(100) @JsonPropertyDescription("Availability score in Daytona, rounded to 5.")
          Integer score,
      @Min(0) @Max(100) @JsonPropertyDescription("Use of its disk in percent, rounded to 5.")
          Integer diskPercent,
      @Min(0) @Max(100) @JsonPropertyDescription("Use of its memory in percent, rounded to 5.")
          Integer memoryPercent,
      @Min(0) @Max(1000000) @JsonPropertyDescription("Sandboxes on it, running or stopped.")
          Integer sandboxes,
      @Min(0) @Max(1000000) @JsonPropertyDescription("GPUs that it offers.") Integer gpus,
      @JsonPropertyDescription("Whether sandboxes are really held to their limits.")
          Boolean limitsEnforced,
      @Size(max = 253) @JsonPropertyDescription("What isolates its pod: the RuntimeClass, or none.")
          String isolation,
      @Size(max = 63) @JsonPropertyDescription("Version that it reports.") String version) {}

  /** A change of version that is under way. */
  public record Upgrade(
      @Size(max = 32) @JsonPropertyDescription("Version that ran.") String from,
      @Size(max = 32) @JsonPropertyDescription("Version that will run.") String to,
      @Size(max = 63) @JsonPropertyDescription("Step that is being done.") String step,
      @Size(max = 63) @JsonPropertyDescription("When it began, RFC 3339.") String startedAt) {}

  public record Retained(
      @Size(max = 63) @JsonPropertyDescription("Kind of the object.") String kind,
      @Size(max = 253) @JsonPropertyDescription("Name of the object.") String name,
      @Size(max = 1024) @JsonPropertyDescription("How to adopt or remove it.") String hint) {}

  public record Preflight(
      @Size(max = 63) @JsonPropertyDescription("What was looked at.") String check,
      @Size(max = 63) @JsonPropertyDescription("Passed, Failed or Unknown.") String result,
      @Size(max = 4096) @JsonPropertyDescription("What was found, with what to do.")
          String message) {}
}
