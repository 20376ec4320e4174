package dev.daytonaoperator.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;

/** What is true about the installation. Derived; never read by the operator to decide anything. */
public record DaytonaInstallationStatus(
    Long observedGeneration,
    String version,
    String summary,
    Resolved resolved,
    DataRetention dataRetention,
    Endpoints endpoints,
    Credentials credentials,
    List<ComponentStatus> components,
    List<RunnerStatus> runners,
    Upgrade upgrade,
    List<Retained> retained,
    List<Preflight> preflight,
    List<Condition> conditions) {

  /** Defaults and computed values in force. */
  public record Resolved(
      String clusterDomain,
      String storageClassName,
      String imageRegistry,
      String defaultSnapshot,
      String registryHost,
      Sandboxes.Quotas quotas,
      Sandboxes.Quotas adminQuotas,
      Map<String, String> storage) {}

  public record Endpoints(
      String dashboard,
      String api,
      String proxy,
      String toolbox,
      String ssh,
      String issuer,
      String registry,
      String objectStorage) {}

  public record Credentials(
      SecretKeyRef adminApiKey,
      FirstUser firstUser,
      NameRef database,
      NameRef registry,
      NameRef objectStorage) {}

  public record FirstUser(String email, String secretName, String key) {}

  public record ComponentStatus(
      String name,
      Boolean ready,
      Integer desired,
      Integer available,
      String image,
      String reason,
      String message) {}

  public record RunnerStatus(
      String name,
      String state,
      Integer score,
      Integer diskPercent,
      Integer memoryPercent,
      Integer sandboxes,
      Integer gpus,
      Boolean limitsEnforced,
      String isolation) {}

  public record Upgrade(String from, String to, String step, String startedAt) {}

  public record Retained(String kind, String name, String hint) {}

  public record Preflight(String check, String result, String message) {}
}
