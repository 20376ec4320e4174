package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import java.util.List;

/**
 * Everything that rendering depends on.
 *
 * @param name name of the installation, at most 20 characters
 * @param namespace its namespace
 * @param spec the spec after {@link Defaults}: only members documented as optional are absent
 * @param endpoints every address of the platform, public and internal
 * @param images the images of the Daytona version in force, overrides and mirror applied
 * @param credentials where the credentials are
 * @param cluster what is known of the cluster
 * @param progress how far the installation has come
 * @param runners the runners that shall exist, in order
 */
public record Inputs(
    String name,
    String namespace,
    DaytonaInstallationSpec spec,
    Endpoints endpoints,
    ImageSet images,
    Credentials credentials,
    ClusterFacts cluster,
    Progress progress,
    List<RunnerIdentity> runners) {

  public Inputs {
    runners = List.copyOf(runners);
  }

  /** Whether workloads run; false scales everything to zero and keeps the data. */
  public boolean running() {
    return spec.mode() != DaytonaInstallationSpec.Mode.Stopped;
  }

  /** {@code <installation>-<component>}. */
  public String objectName(ComponentName component) {
    return name + "-" + component.id();
  }

  /** {@code <installation>-<suffix>}. */
  public String objectName(String suffix) {
    return name + "-" + suffix;
  }

  /** Full DNS name of a Service: the API's resolver knows no search domains (contract 11). */
  public String serviceHost(String serviceName) {
    return serviceName + "." + namespace + ".svc." + cluster.clusterDomain();
  }
}
