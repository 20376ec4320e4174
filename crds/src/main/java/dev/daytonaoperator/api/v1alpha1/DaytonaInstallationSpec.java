package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the user wants. Absent fields are filled by the operator's {@code Defaults}. */
public record DaytonaInstallationSpec(
    @JsonPropertyDescription(
            "Version of Daytona. A change is an upgrade and restarts every component of Daytona."
                + " Absent: what runs already, else the operator's default.")
        @Size(min = 6, max = 32)
        @Pattern(Format.VERSION)
        String version,
    @JsonPropertyDescription(
            "Running; Stopped: scaled to none, data kept; Paused: the operator changes nothing"
                + " and still reports. Default: `Running`.")
        Mode mode,
    @JsonPropertyDescription("What happens to data that are no longer in use.")
        DataRetention dataRetention,
    @JsonPropertyDescription("Where images come from.") Images images,
    @JsonPropertyDescription(
            "Image and pod settings per component, at most one entry each. Default: `[]`.")
        @Size(max = 15)
        List<ComponentOverride> components,
    @Default("{}")
        @JsonPropertyDescription(
            "How users reach the platform; every public URL is computed from it.")
        Exposure exposure,
    @Default("{}") @JsonPropertyDescription("Network rules inside the cluster.") Network network,
    @JsonPropertyDescription("The API server, which also serves the dashboard.") Api api,
    @JsonPropertyDescription("The preview and toolbox proxy.") Proxy proxy,
    @Default("{}") @JsonPropertyDescription("The SSH gateway.") SshGateway sshGateway,
    @JsonPropertyDescription(
            "Pools of runners, in whose pods sandboxes run. An empty list: no runner."
                + " Default: `[{name: default, replicas: 1}]`.")
        @Size(max = 20)
        List<RunnerPool> runners,
    @JsonPropertyDescription(
            "What sandboxes start from, where they are placed and how many there may be.")
        Sandboxes sandboxes,
    @Default("{}") @JsonPropertyDescription("Who may log in.") Auth auth,
    @Default("{}") @JsonPropertyDescription("PostgreSQL: the platform's state.") Database database,
    @Default("{}") @JsonPropertyDescription("Redis: locks, queues and sessions.") Cache cache,
    @Default("{}") @JsonPropertyDescription("S3: volumes and build contexts.")
        ObjectStorage objectStorage,
    @Default("{}") @JsonPropertyDescription("Image registry: snapshots and backups.")
        Registry registry,
    @Default("{}") @JsonPropertyDescription("Where the API sends mail.") Mail mail,
    @Default("{}") @JsonPropertyDescription("Where traces of API and runners go.") Tracing tracing,
    @Default("{}") @JsonPropertyDescription("Web tools for people who run the platform.")
        Tools tools,
    @JsonPropertyDescription("Keys that the platform's data depend on.") Security security) {

  /** The same spec with other runners. */
  public DaytonaInstallationSpec withRunners(List<RunnerPool> pools) {
    return new DaytonaInstallationSpec(
        version,
        mode,
        dataRetention,
        images,
        components,
        exposure,
        network,
        api,
        proxy,
        sshGateway,
        pools,
        sandboxes,
        auth,
        database,
        cache,
        objectStorage,
        registry,
        mail,
        tracing,
        tools,
        security);
  }

  public enum Mode {
    Running,
    Stopped,
    Paused
  }
}
