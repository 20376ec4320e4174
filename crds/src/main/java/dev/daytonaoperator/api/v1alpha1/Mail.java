package dev.daytonaoperator.api.v1alpha1;

/** Where the API sends mail. */
public record Mail(Type type, Smtp smtp) {

  public enum Type {
    MailDev,
    Smtp,
    Disabled
  }

  public record Smtp(
      String host,
      Integer port,
      Security security,
      String user,
      SecretKeyRef passwordSecretRef,
      String from) {

    public enum Security {
      StartTls,
      Tls
    }
  }
}
