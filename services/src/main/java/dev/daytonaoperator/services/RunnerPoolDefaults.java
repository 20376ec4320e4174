package dev.daytonaoperator.services;

import static dev.daytonaoperator.services.Defaults.or;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.Egress;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.SandboxNetwork;
import dev.daytonaoperator.api.v1alpha1.RunnerPool.UpdatePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of {@link Defaults} for runner pools. No list means one pool; an empty list none. */
final class RunnerPoolDefaults {

  private static final RunnerPool ABSENT =
      new RunnerPool(
          "default", null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  private RunnerPoolDefaults() {}

  static List<RunnerPool> resolve(@Nullable List<RunnerPool> given) {
    return or(given, List.of(ABSENT)).stream().map(RunnerPoolDefaults::pool).toList();
  }

  private static RunnerPool pool(RunnerPool it) {
    return new RunnerPool(
        it.name(),
        or(it.replicas(), 1),
        it.image(),
        Defaults.storage(it.storage(), "100Gi"),
        gpu(it.gpu()),
        it.runtimeClassName(),
        or(it.resourceLimits(), RunnerPool.Limits.Disabled),
        or(it.useSnapshotEntrypoint(), true),
        or(it.interSandboxTraffic(), RunnerPool.Traffic.Denied),
        network(it.sandboxNetwork()),
        docker(it.docker()),
        egress(it.egress()),
        updatePolicy(it.updatePolicy()),
        or(it.evictionPolicy(), RunnerPool.Eviction.Block),
        it.pod());
  }

  /** An update kills every sandbox of the runner (contract T19): not while any runs, for long. */
  private static UpdatePolicy updatePolicy(@Nullable UpdatePolicy given) {
    var it = or(given, new UpdatePolicy(null, null));
    return new UpdatePolicy(
        or(it.type(), UpdatePolicy.Type.Drain), or(it.drainTimeoutSeconds(), 3600));
  }

  private static RunnerPool.@Nullable Gpu gpu(RunnerPool.@Nullable Gpu given) {
    return given == null
        ? null
        : new RunnerPool.Gpu(or(given.count(), 1), or(given.resourceName(), "nvidia.com/gpu"));
  }

  private static SandboxNetwork network(@Nullable SandboxNetwork given) {
    var it = or(given, new SandboxNetwork(null, null, null, null));
    return new SandboxNetwork(
        or(it.subnet(), "172.20.0.0/16"),
        or(it.bridgeIp(), "172.17.0.1/16"),
        or(it.dns(), List.of()),
        it.mtu());
  }

  private static RunnerPool.Docker docker(RunnerPool.@Nullable Docker given) {
    var it = or(given, new RunnerPool.Docker(null, null));
    return new RunnerPool.Docker(
        or(it.registryMirrors(), List.of()), or(it.insecureRegistries(), List.of()));
  }

  private static Egress egress(@Nullable Egress given) {
    var it = or(given, new Egress(null, null, null));
    return new Egress(
        or(it.privateNetworks(), Egress.Reach.Blocked),
        or(it.metadata(), Egress.Reach.Blocked),
        or(it.allowCIDRs(), List.of()));
  }
}
