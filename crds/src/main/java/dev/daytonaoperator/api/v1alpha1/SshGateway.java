package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** The SSH gateway. */
public record SshGateway(
    @Default("Enabled")
        @JsonPropertyDescription(
            "Whether sandboxes are reachable by SSH. A change restarts the API."
                + " Default: `Enabled`.")
        Type type,
    @JsonPropertyDescription("Number of gateway pods. Restarts nothing. Default: `1`.")
        @Min(1)
        @Max(20)
        Integer replicas) {

  public enum Type {
    Enabled,
    Disabled
  }
}
