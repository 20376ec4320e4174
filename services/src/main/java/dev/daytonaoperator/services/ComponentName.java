package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ComponentOverride;

/**
 * The components, with the id that their objects carry in name and label, their name in the API's
 * {@code components} list, and the wave in which they are first created.
 */
public enum ComponentName {
  DATABASE("database", ComponentOverride.Name.database, Wave.DATA, true),
  CACHE("cache", ComponentOverride.Name.cache, Wave.DATA, true),
  OBJECT_STORAGE("object-storage", ComponentOverride.Name.objectStorage, Wave.DATA, true),
  REGISTRY("registry", ComponentOverride.Name.registry, Wave.DATA, true),
  DEX("dex", ComponentOverride.Name.dex, Wave.DATA, true),
  JAEGER("jaeger", ComponentOverride.Name.jaeger, Wave.DATA, false),
  OTEL_COLLECTOR("otel-collector", ComponentOverride.Name.otelCollector, Wave.DATA, false),
  MAILDEV("maildev", ComponentOverride.Name.maildev, Wave.DATA, false),
  PGADMIN("pgadmin", ComponentOverride.Name.pgadmin, Wave.DATA, false),
  REGISTRY_UI("registry-ui", ComponentOverride.Name.registryUi, Wave.DATA, false),
  API("api", ComponentOverride.Name.api, Wave.API, true),
  PROXY("proxy", ComponentOverride.Name.proxy, Wave.EDGE, true),
  SSH_GATEWAY("ssh-gateway", ComponentOverride.Name.sshGateway, Wave.EDGE, true),
  RUNNER("runner", ComponentOverride.Name.runner, Wave.EDGE, true);

  private final String id;
  private final ComponentOverride.Name override;
  private final Wave wave;
  private final boolean gates;

  ComponentName(String id, ComponentOverride.Name override, Wave wave, boolean gates) {
    this.id = id;
    this.override = override;
    this.wave = wave;
    this.gates = gates;
  }

  /** Part of object names and value of the label {@code app.kubernetes.io/component}. */
  public String id() {
    return id;
  }

  /** The component's name in {@code spec.components[].name} and {@code status.components}. */
  public ComponentOverride.Name override() {
    return override;
  }

  /** The wave in which this component's workloads are first created. */
  public Wave wave() {
    return wave;
  }

  /** Whether later waves wait until this component is ready. */
  public boolean gates() {
    return gates;
  }
}
