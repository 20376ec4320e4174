package dev.daytonaoperator.api.v1alpha1;

import java.util.List;

/** Who may log in: the bundled Dex or an OpenID Connect provider of the user's. */
public record Auth(Type type, Dex dex, External external, EmailVerification emailVerification) {

  public enum Type {
    Dex,
    External
  }

  public enum EmailVerification {
    Skipped,
    Required
  }

  public record Dex(List<User> users, Storage storage) {}

  public record User(String email, String username, Role role, SecretKeyRef passwordSecretRef) {

    public enum Role {
      User,
      Admin
    }
  }

  public record External(
      String issuerUrl,
      String publicIssuerUrl,
      String clientId,
      String audience,
      SecretKeyRef clientSecretRef) {}
}
