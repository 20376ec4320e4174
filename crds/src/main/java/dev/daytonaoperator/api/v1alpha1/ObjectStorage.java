package dev.daytonaoperator.api.v1alpha1;

/** S3: MinIO bundled, the user's, or none. */
public record ObjectStorage(Type type, Bundled bundled, External external) {

  public enum Type {
    Bundled,
    External,
    Disabled
  }

  public record Bundled(
      Storage storage, CredentialsRef credentialsSecretRef, String publicEndpoint) {}

  public record External(
      String endpoint,
      String stsEndpoint,
      String region,
      String bucket,
      String accountId,
      String roleName,
      CredentialsRef credentialsSecretRef) {}
}
