package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runners: dockerd and Daytona's runner in one privileged pod each. A runner is a database row
 * with one token and one disk, so each is a workload of its own and never has a second pod (T22).
 */
public final class RunnerComponent implements Component {

  static final String DATA = "/var/lib/docker";
  private static final String BUILD_CACHE = "10GB";
  private static final String SCRIPTS = "/etc/daytona-runner";

  @Override
  public ComponentName name() {
    return ComponentName.RUNNER;
  }

  /**
   * Every runner of {@code inputs.runners()} whose pool is in the spec; what keeps a runner of a
   * pool that is gone is not decided here.
   */
  @Override
  public List<HasMetadata> render(Inputs inputs) {
    if (inputs.spec().runners().isEmpty()) {
      return List.of();
    }
    var objects = new ArrayList<HasMetadata>();
    // Not-ready pods too: the gateway and the proxy reach sandboxes whatever a probe thinks.
    objects.add(
        Services.headless(
            Identity.of(inputs, name()),
            ServiceNames.of(inputs.name(), name()),
            true,
            new Services.Port("http", ServiceNames.RUNNER_API_PORT),
            new Services.Port("ssh", ServiceNames.RUNNER_SSH_PORT)));
    for (var pool : inputs.spec().runners()) {
      var config = config(inputs, pool);
      objects.add(config);
      for (var runner : inputs.runners()) {
        if (runner.pool().equals(pool.name())) {
          var identity = Identity.of(inputs, runner);
          objects.addAll(Claims.of(identity, pool.storage()));
          objects.add(statefulSet(inputs, pool, runner, config));
        }
      }
    }
    return objects;
  }

  private ConfigMap config(Inputs inputs, RunnerPool pool) {
    return ConfigMaps.of(
        Identity.of(inputs, name()),
        inputs.objectName("runner-" + pool.name()),
        Map.of(
            "start.sh", ConfigMaps.file("runner-start.sh"),
            "daemon.json", daemonJson(inputs, pool)));
  }

  private StatefulSet statefulSet(
      Inputs inputs, RunnerPool pool, RunnerIdentity runner, ConfigMap config) {
    return new StatefulSetBuilder(
            Workloads.statefulSet(
                inputs,
                Identity.of(inputs, runner),
                ServiceNames.of(inputs.name(), name()),
                pod(inputs, pool, runner, config)))
        .editSpec()
        .withNewUpdateStrategy()
        // The operator replaces the pod: only it knows when no sandbox is lost by that.
        .withType("OnDelete")
        .endUpdateStrategy()
        .endSpec()
        .build();
  }

  private PodTemplate pod(Inputs inputs, RunnerPool pool, RunnerIdentity runner, ConfigMap config) {
    var identity = Identity.of(inputs, runner);
    return PodTemplate.of(inputs, name(), identity)
        .overrides(pool.pod())
        // Sandboxes exist for this architecture only (contract 2.4).
        .nodeSelector("kubernetes.io/arch", "amd64")
        .runtimeClass(pool.runtimeClassName())
        // Moving the pod kills every sandbox on it (T19).
        .annotation("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
        .gracePeriod(60)
        .container(
            "runner",
            inputs.images().runner(pool.name()),
            container -> {
              RunnerEnvironment.set(container, inputs, pool, runner);
              container
                  .command("sh", SCRIPTS + "/start.sh")
                  .privileged()
                  .configDirectory(SCRIPTS, config)
                  .configFile("/etc/docker/daemon.json", config, "daemon.json")
                  .claim(DATA, Claims.nameOf(identity, pool.storage()))
                  .port("http", ServiceNames.RUNNER_API_PORT)
                  .port("ssh", ServiceNames.RUNNER_SSH_PORT)
                  // The runner's port opens after dockerd, which takes long with a full disk (T39).
                  .startup(Probes.within(900, Probes.http("/", ServiceNames.RUNNER_API_PORT)))
                  .readiness(dockerAnswers(15, 2))
                  // Patient: a restart kills the sandboxes that a busy dockerd still runs.
                  .liveness(dockerAnswers(30, 6))
                  .requests("500m", "1Gi");
              if (pool.gpu() != null) {
                container.extendedResource(pool.gpu().resourceName(), pool.gpu().count());
              }
            });
  }

  /** The runner's own port answers with dockerd dead as well (T18). */
  private static Probe dockerAnswers(int period, int failures) {
    return new ProbeBuilder(Probes.every(period, failures, Probes.exec("docker", "info")))
        .withTimeoutSeconds(10)
        .build();
  }

  /** The packet size is not here: the start script takes it from the pod's interface. */
  private static String daemonJson(Inputs inputs, RunnerPool pool) {
    var config = new LinkedHashMap<String, Object>();
    var insecure = new ArrayList<String>();
    if (inputs.endpoints().registryUrl().startsWith("http://")) {
      insecure.add(inputs.endpoints().registryHost()); // exactly as in image names (T16)
    }
    insecure.addAll(pool.docker().insecureRegistries());
    config.put("insecure-registries", insecure);
    config.put("registry-mirrors", pool.docker().registryMirrors());
    config.put("bip", pool.sandboxNetwork().bridgeIp());
    if (!pool.sandboxNetwork().dns().isEmpty()) {
      config.put("dns", pool.sandboxNetwork().dns());
    }
    config.put("log-driver", "json-file");
    var rotation = new LinkedHashMap<String, String>();
    rotation.put("max-size", "10m");
    rotation.put("max-file", "3");
    config.put("log-opts", rotation);
    // dockerd's own bound would be most of the disk, beyond where the score falls (contract 5.6).
    var bound = new LinkedHashMap<String, Object>();
    bound.put("enabled", true);
    bound.put("defaultKeepStorage", BUILD_CACHE);
    config.put("builder", Map.of("gc", bound));
    if (pool.gpu() != null) {
      config.put("features", Map.of("cdi", true));
    }
    return Json.pretty(config);
  }
}
