package dev.daytonaoperator.api.v1alpha1;

/** Redis, bundled or the user's. */
public record Cache(Type type, Bundled bundled, External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(Storage storage, SecretKeyRef passwordSecretRef) {}

  public record External(String host, Integer port, CredentialsRef credentialsSecretRef, Tls tls) {

    public enum Tls {
      Disabled,
      Enabled
    }
  }
}
