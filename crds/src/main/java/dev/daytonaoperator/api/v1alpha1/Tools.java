package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** Web tools for people who run the platform. */
public record Tools(
    @Default("{}")
        @JsonPropertyDescription("pgAdmin for the database; reachable inside the cluster only.")
        Tool pgadmin,
    @Default("{}")
        @JsonPropertyDescription(
            "Browser of the bundled registry; reachable inside the cluster only.")
        Tool registryUi) {

  public record Tool(
      @Default("Enabled")
          @JsonPropertyDescription(
              "Whether the tool runs. A change restarts nothing else. Default: `Enabled`.")
          Type type) {

    public enum Type {
      Enabled,
      Disabled
    }
  }
}
