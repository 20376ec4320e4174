package dev.daytonaoperator.api.v1alpha1;

/** Keys that the platform's data depend on; generated unless referenced. */
public record Security(
    EncryptionRef encryptionSecretRef, SecretKeyRef adminApiKeySecretRef, SshKeys sshKeys) {

  public record EncryptionRef(String name, String keyKey, String saltKey) {}

  public record SshKeys(Type type, NameRef secretRef) {

    public enum Type {
      Ed25519,
      Rsa
    }
  }
}
