package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Where images come from and how they are pulled. */
public record Images(
    @JsonPropertyDescription(
            "Registry and optional path that every image, helpers and Jobs included, is pulled"
                + " from instead of its own registry. A change restarts every component."
                + " Absent: each image's own registry.")
        @Size(min = 1, max = 255)
        @Pattern(
            "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$")
        String registry,
    @JsonPropertyDescription(
            "When nodes pull images. A change restarts every component."
                + " Default: `IfNotPresent`.")
        PullPolicy pullPolicy,
    @JsonPropertyDescription(
            "Secrets of type kubernetes.io/dockerconfigjson that pods pull images with."
                + " A change restarts every component. Default: `[]`.")
        @Size(max = 10)
        List<NameRef> pullSecrets) {

  public enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }
}
