package dev.daytonaoperator.api.v1alpha1;

/** Image and pod settings for one component. */
public record ComponentOverride(Name name, ImageOverride image, PodOverrides pod) {

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
