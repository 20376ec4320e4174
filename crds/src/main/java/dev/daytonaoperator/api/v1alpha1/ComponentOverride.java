package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Image and pod settings for one component. */
public record ComponentOverride(
    @Required @JsonPropertyDescription("The component that this entry changes.") Name name,
    @JsonPropertyDescription(
            "Image of the component. A change restarts the component;"
                + " other images than the catalogue's are at your own risk."
                + " Absent: the catalogue's image.")
        ImageOverride image,
    @JsonPropertyDescription(
            "Settings of the component's pods. A change restarts the component."
                + " Absent: the operator's settings.")
        PodOverrides pod) {

  /** The components as the API names them; the JSON values are the constants' names. */
  public enum Name {
    api,
    proxy,
    sshGateway,
    runner,
    dex,
    database,
    pgadmin,
    cache,
    registry,
    registryUi,
    objectStorage,
    jaeger,
    otelCollector,
    maildev,
    jobs
  }
}
