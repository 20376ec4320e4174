package dev.daytonaoperator.api.v1alpha1;

/** Web tools for people who run the platform. */
public record Tools(Tool pgadmin, Tool registryUi) {

  public record Tool(Type type) {

    public enum Type {
      Enabled,
      Disabled
    }
  }
}
