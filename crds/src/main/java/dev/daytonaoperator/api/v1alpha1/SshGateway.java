package dev.daytonaoperator.api.v1alpha1;

/** The SSH gateway. */
public record SshGateway(Type type, Integer replicas) {

  public enum Type {
    Enabled,
    Disabled
  }
}
