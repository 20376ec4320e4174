package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The image registry of snapshots and backups, bundled or the user's. */
@ValidationRule(
    value = "self.type == 'Bundled' || !has(self.bundled)",
    message = "`bundled` must be absent unless `type` is 'Bundled'",
    fieldPath = ".bundled")
@ValidationRule(
    value = "(self.type == 'External') == has(self.external)",
    message = "`external` must be set exactly when `type` is 'External'",
    fieldPath = ".external")
public record Registry(
    @Default("Bundled")
        @JsonPropertyDescription(
            "Registry of the operator's or of yours. Immutable. Default: `Bundled`.")
        Type type,
    @JsonPropertyDescription("Registry of the operator's; only with `type: Bundled`.")
        Bundled bundled,
    @JsonPropertyDescription("Registry of yours; only with `type: External`.") External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(
      @JsonPropertyDescription("Volume of the registry. Default: `{size: 20Gi}`.") Storage storage,
      @JsonPropertyDescription(
              "User and password. A change restarts the registry and the API."
                  + " Absent: generated.")
          CredentialsRef credentialsSecretRef,
      @JsonPropertyDescription(
              "Removal of unused layers. A change restarts nothing."
                  + " Absent: layers are never removed.")
          GarbageCollection garbageCollection) {}

  /** When unused layers are removed; a cron expression in UTC. */
  public record GarbageCollection(
      @Required
          @JsonPropertyDescription(
              "When unused layers are removed: five cron fields in UTC, or @hourly, @daily,"
                  + " @weekly, @monthly. The registry takes no pushes meanwhile.")
          @Size(min = 6, max = 100)
          @Pattern(Format.SCHEDULE)
          String schedule) {}

  public record External(
      @Required
          @JsonPropertyDescription(
              "Scheme, host and optional port of the registry, no path. Immutable.")
          @Size(min = 8, max = 255)
          @Pattern(Format.ORIGIN)
          String url,
      @JsonPropertyDescription(
              "Project (first part of the path) for snapshots and backups. Immutable."
                  + " Default: `daytona`.")
          @Size(min = 1, max = 128)
          @Pattern("^[a-z0-9]+([._-][a-z0-9]+)*$")
          String project,
      @Required @JsonPropertyDescription("User and password. A change restarts the API.")
          CredentialsRef credentialsSecretRef) {}
}
