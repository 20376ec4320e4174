package dev.daytonaoperator.api.v1alpha1;

/** PostgreSQL, bundled or the user's. */
public record Database(Type type, Bundled bundled, External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(
      Storage storage, String user, String name, SecretKeyRef passwordSecretRef) {}

  public record External(
      String host, Integer port, String name, CredentialsRef credentialsSecretRef, TlsMode tls) {

    public enum TlsMode {
      Disabled,
      Require,
      VerifyFull
    }
  }
}
