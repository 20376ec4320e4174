package dev.daytonaoperator.api.v1alpha1;

/** Where traces of API and runners go. */
public record Tracing(Type type, Otlp otlp) {

  public enum Type {
    Jaeger,
    Otlp,
    Disabled
  }

  public record Otlp(String endpoint, SecretKeyRef headersSecretRef) {}
}
