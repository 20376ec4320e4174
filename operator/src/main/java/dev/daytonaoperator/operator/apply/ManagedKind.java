package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Arrays;

/**
 * Every kind that the operator writes: informers, the first-sight scan, pruning and the chart's
 * RBAC rules are made from this one list.
 */
public enum ManagedKind {
  CONFIG_MAP(ConfigMap.class, "configmaps"),
  SECRET(Secret.class, "secrets"),
  SERVICE(Service.class, "services"),
  PERSISTENT_VOLUME_CLAIM(PersistentVolumeClaim.class, "persistentvolumeclaims"),
  STATEFUL_SET(StatefulSet.class, "statefulsets"),
  DEPLOYMENT(Deployment.class, "deployments"),
  JOB(Job.class, "jobs"),
  CRON_JOB(CronJob.class, "cronjobs"),
  NETWORK_POLICY(NetworkPolicy.class, "networkpolicies"),
  POD_DISRUPTION_BUDGET(PodDisruptionBudget.class, "poddisruptionbudgets"),
  INGRESS(Ingress.class, "ingresses");

  private final Class<? extends HasMetadata> type;
  private final String plural;

  ManagedKind(Class<? extends HasMetadata> type, String plural) {
    this.type = type;
    this.plural = plural;
  }

  public Class<? extends HasMetadata> type() {
    return type;
  }

  public String kind() {
    return HasMetadata.getKind(type);
  }

  /** API group, empty for the core group. */
  public String group() {
    return HasMetadata.getGroup(type);
  }

  public String apiVersion() {
    return HasMetadata.getApiVersion(type);
  }

  /** The resource's name in URLs and RBAC rules. */
  public String plural() {
    return plural;
  }

  /** Path of the collection in a namespace. */
  String path(String namespace) {
    return (group().isEmpty() ? "/api/" : "/apis/")
        + apiVersion()
        + "/namespaces/"
        + namespace
        + "/"
        + plural;
  }

  static ManagedKind of(String kind) {
    return Arrays.stream(values())
        .filter(k -> k.kind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("kind " + kind + " is not managed"));
  }
}
