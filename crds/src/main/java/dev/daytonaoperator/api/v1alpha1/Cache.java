package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Redis, bundled or the user's. */
@ValidationRule(
    value = "self.type == 'Bundled' || !has(self.bundled)",
    message = "`bundled` must be absent unless `type` is 'Bundled'",
    fieldPath = ".bundled")
@ValidationRule(
    value = "(self.type == 'External') == has(self.external)",
    message = "`external` must be set exactly when `type` is 'External'",
    fieldPath = ".external")
public record Cache(
    @Default("Bundled")
        @JsonPropertyDescription(
            "Redis of the operator's or of yours. A change restarts API and proxy and ends"
                + " sessions. Default: `Bundled`.")
        Type type,
    @JsonPropertyDescription("Redis of the operator's; only with `type: Bundled`.") Bundled bundled,
    @JsonPropertyDescription("Redis of yours, no cluster mode; only with `type: External`.")
        External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(
      @JsonPropertyDescription("Volume of Redis. Default: `{size: 1Gi}`.") Storage storage,
      @JsonPropertyDescription(
              "Password. A change restarts Redis, API and proxy. Absent: generated.")
          SecretKeyRef passwordSecretRef) {}

  public record External(
      @Required
          @JsonPropertyDescription("Host of Redis. A change restarts API and proxy.")
          @Size(min = 1, max = 253)
          @Pattern(Format.HOST)
          String host,
      @JsonPropertyDescription("Port of Redis. A change restarts API and proxy. Default: `6379`.")
          @Min(1)
          @Max(65535)
          Integer port,
      @JsonPropertyDescription(
              "User and password. A change restarts API and proxy. Absent: no authentication.")
          CredentialsRef credentialsSecretRef,
      @JsonPropertyDescription(
              "Whether the connection is encrypted. A change restarts API and proxy."
                  + " Default: `Disabled`.")
          Tls tls) {

    public enum Tls {
      Disabled,
      Enabled
    }
  }
}
