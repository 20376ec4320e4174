package dev.daytonaoperator.api.v1alpha1;

import java.util.List;

/** What the user wants. Absent fields are filled by the operator's {@code Defaults}. */
public record DaytonaInstallationSpec(
    String version,
    Mode mode,
    DataRetention dataRetention,
    Images images,
    List<ComponentOverride> components,
    Exposure exposure,
    Network network,
    Api api,
    Proxy proxy,
    SshGateway sshGateway,
    List<RunnerPool> runners,
    Sandboxes sandboxes,
    Auth auth,
    Database database,
    Cache cache,
    ObjectStorage objectStorage,
    Registry registry,
    Mail mail,
    Tracing tracing,
    Tools tools,
    Security security) {

  public enum Mode {
    Running,
    Stopped,
    Paused
  }
}
