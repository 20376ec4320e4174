package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** S3: MinIO bundled, the user's, or none. */
@ValidationRule(
    value = "self.type == 'Bundled' || !has(self.bundled)",
    message = "`bundled` must be absent unless `type` is 'Bundled'",
    fieldPath = ".bundled")
@ValidationRule(
    value = "(self.type == 'External') == has(self.external)",
    message = "`external` must be set exactly when `type` is 'External'",
    fieldPath = ".external")
@ValidationRule(
    value = "self.type == oldSelf.type || self.type == 'Disabled' || oldSelf.type == 'Disabled'",
    message = "`type` must not change between 'Bundled' and 'External': volumes would stay behind",
    fieldPath = ".type")
public record ObjectStorage(
    @Default("Bundled")
        @JsonPropertyDescription(
            "S3 for volumes and build contexts: MinIO of the operator's, an S3 of yours, or none"
                + " (no volumes, no declarative builds). Must not change between Bundled and"
                + " External. A change restarts API and runners. Default: `Bundled`.")
        Type type,
    @JsonPropertyDescription("MinIO of the operator's; only with `type: Bundled`.") Bundled bundled,
    @JsonPropertyDescription("S3 of yours; only with `type: External`.") External external) {

  public enum Type {
    Bundled,
    External,
    Disabled
  }

  public record Bundled(
      @JsonPropertyDescription("Volume of MinIO. Default: `{size: 20Gi}`.") Storage storage,
      @JsonPropertyDescription(
              "MinIO's root user and password. A change restarts MinIO and the API."
                  + " Absent: generated.")
          CredentialsRef credentialsSecretRef,
      @JsonPropertyDescription(
              "Address at which SDKs outside the cluster reach MinIO, without trailing slash; its"
                  + " host must contain \"minio\". A change restarts the API."
                  + " Absent: derived from `exposure`.")
          @Size(min = 8, max = 255)
          @Pattern(Format.ORIGIN)
          String publicEndpoint) {}

  public record External(
      @Required
          @JsonPropertyDescription(
              "Address of the S3 API, without trailing slash. A change restarts API and runners.")
          @Size(min = 8, max = 255)
          @Pattern(Format.URL)
          String endpoint,
      @JsonPropertyDescription(
              "Address of the STS API, without trailing slash. A change restarts the API."
                  + " Absent: the same as `endpoint`.")
          @Size(min = 8, max = 255)
          @Pattern(Format.URL)
          String stsEndpoint,
      @JsonPropertyDescription("Region of the bucket. Immutable. Default: `us-east-1`.")
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9][A-Za-z0-9-]*$")
          String region,
      @JsonPropertyDescription(
              "Bucket for build contexts; it must exist. Immutable. Default: `daytona`.")
          @Size(min = 3, max = 63)
          @Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
          String bucket,
      @JsonPropertyDescription(
              "Account of the role; means something to AWS only. A change restarts the API."
                  + " Default: `/`.")
          @Size(min = 1, max = 64)
          @Pattern("^[A-Za-z0-9/_-]+$")
          String accountId,
      @JsonPropertyDescription(
              "Role that the API takes for uploads; means something to AWS only."
                  + " A change restarts the API. Default: `/`.")
          @Size(min = 1, max = 128)
          @Pattern("^[A-Za-z0-9/+=,.@_-]+$")
          String roleName,
      @Required
          @JsonPropertyDescription(
              "Access key (user name) and secret key (password)."
                  + " A change restarts API and runners.")
          CredentialsRef credentialsSecretRef) {}
}
