package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** PostgreSQL, bundled or the user's. */
@ValidationRule(
    value = "self.type == 'Bundled' || !has(self.bundled)",
    message = "`bundled` must be absent unless `type` is 'Bundled'",
    fieldPath = ".bundled")
@ValidationRule(
    value = "(self.type == 'External') == has(self.external)",
    message = "`external` must be set exactly when `type` is 'External'",
    fieldPath = ".external")
public record Database(
    @Default("Bundled")
        @JsonPropertyDescription(
            "PostgreSQL of the operator's or of yours. Immutable. Default: `Bundled`.")
        Type type,
    @JsonPropertyDescription("PostgreSQL of the operator's; only with `type: Bundled`.")
        Bundled bundled,
    @JsonPropertyDescription("PostgreSQL of yours; only with `type: External`.")
        External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(
      @JsonPropertyDescription("Volume of the database. Default: `{size: 20Gi}`.") Storage storage,
      @JsonPropertyDescription("User that owns the database. Immutable. Default: `user`.")
          @Size(min = 1, max = 63)
          @Pattern(Format.SQL_NAME)
          String user,
      @JsonPropertyDescription("Name of the database. Immutable. Default: `daytona`.")
          @Size(min = 1, max = 63)
          @Pattern(Format.SQL_NAME)
          String name,
      @JsonPropertyDescription(
              "Password of the user, read when the database is made. Absent: generated.")
          SecretKeyRef passwordSecretRef) {}

  public record External(
      @Required
          @JsonPropertyDescription("Host of PostgreSQL. A change restarts the API.")
          @Size(min = 1, max = 253)
          @Pattern(Format.HOST)
          String host,
      @JsonPropertyDescription("Port of PostgreSQL. A change restarts the API. Default: `5432`.")
          @Min(1)
          @Max(65535)
          Integer port,
      @JsonPropertyDescription("Name of the database. Immutable. Default: `daytona`.")
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9_][A-Za-z0-9_-]*$")
          String name,
      @Required @JsonPropertyDescription("User and password. A change restarts the API.")
          CredentialsRef credentialsSecretRef,
      @JsonPropertyDescription(
              "Disabled: plain; Require: encrypted, any certificate; VerifyFull: the certificate"
                  + " must be trusted and fit the host. A change restarts the API."
                  + " Default: `Require`.")
          TlsMode tls) {

    public enum TlsMode {
      Disabled,
      Require,
      VerifyFull
    }
  }
}
