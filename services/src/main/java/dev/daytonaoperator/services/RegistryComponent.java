package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Registry;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The image registry in which runners keep snapshots and backups. Its host is part of persisted
 * image names and never changes (contract 6.4, T17).
 */
final class RegistryComponent implements Component {

  /** Any user will do: the image has none of its own and needs no root. */
  private static final int REGISTRY = 1000;

  private static final String CONFIG_DIRECTORY = "/etc/daytona-registry";
  private static final String CONFIG_FILE = CONFIG_DIRECTORY + "/config.yml";
  private static final String STORAGE = "/var/lib/registry";
  private static final long COLLECTION_DEADLINE_SECONDS = 6 * 3600L;

  /**
   * No cache of blob descriptors: the collection runs in another process, and a cache would answer
   * a push that the layers it has just removed exist already. {@code :6000} and not the Service's
   * name, which a pod cannot bind (T15).
   */
  private static final String CONFIG =
      """
      version: 0.1
      log:
        level: info
        accesslog:
          disabled: true
      storage:
        filesystem:
          rootdirectory: %s
        delete:
          enabled: true
      http:
        addr: :%d
        headers:
          X-Content-Type-Options: [nosniff]
      auth:
        htpasswd:
          realm: daytona
          path: /auth/htpasswd
      health:
        storagedriver:
          enabled: true
          interval: 10s
          threshold: 3
      """
          .formatted(STORAGE, ServiceNames.REGISTRY_PORT);

  @Override
  public ComponentName name() {
    return ComponentName.REGISTRY;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().registry().type()) {
      case External -> List.of();
      case Bundled -> bundled(inputs, inputs.spec().registry().bundled());
    };
  }

  private List<HasMetadata> bundled(Inputs inputs, Registry.Bundled registry) {
    var identity = Identity.of(inputs, name());
    var config = ConfigMaps.of(identity, Map.of("config.yml", CONFIG));
    var claim = Claims.nameOf(identity, registry.storage());
    var pod =
        PodTemplate.of(inputs, name())
            .runAs(REGISTRY, REGISTRY)
            .gracePeriod(60) // pushes of large layers end
            .container("registry", Image.REGISTRY, c -> registry(c, inputs, config, claim));
    var objects = new ArrayList<HasMetadata>();
    objects.add(config);
    objects.addAll(Claims.of(identity, registry.storage()));
    objects.add(Services.service(inputs, name(), new Port("http", ServiceNames.REGISTRY_PORT)));
    objects.add(
        Workloads.statefulSet(inputs, identity, ServiceNames.of(inputs.name(), name()), pod));
    var collection = registry.garbageCollection();
    if (collection != null && collection.schedule() != null) {
      objects.add(garbageCollection(inputs, collection.schedule(), config, claim));
    }
    return objects;
  }

  private static void registry(ContainerSpec c, Inputs inputs, ConfigMap config, String claim) {
    // "/" answers 200 to anyone; "/v2/" answers 401, which a probe takes for a failure
    var alive = Probes.http("/", ServiceNames.REGISTRY_PORT);
    c.args("serve", CONFIG_FILE)
        .secretEnv("REGISTRY_HTTP_SECRET", Credential.REGISTRY_HTTP_SECRET)
        .secretDirectory(
            "/auth", Map.of("htpasswd", inputs.credentials().get(Credential.REGISTRY_HTPASSWD)))
        .configDirectory(CONFIG_DIRECTORY, config)
        .claim(STORAGE, claim)
        .writable("/tmp")
        .port("http", ServiceNames.REGISTRY_PORT)
        .startup(Probes.within(120, alive))
        .readiness(alive)
        .liveness(Probes.every(20, 6, alive))
        .requests("50m", "64Mi");
  }

  /**
   * Nobody else frees the space of deleted images (contract 6.4). Two limits: the volume is
   * ReadWriteOnce, so the job must share the registry's node and waits while the registry is down;
   * and an image that is pushed at the very moment can lose layers and must be pushed again, so the
   * schedule belongs into quiet hours. Untagged manifests stay: a running push has no tag yet.
   */
  private CronJob garbageCollection(
      Inputs inputs, String schedule, ConfigMap config, String claim) {
    var identity = Identity.beside(inputs, "registry-gc");
    var pod =
        PodTemplate.ofJob(inputs, identity)
            .runAs(REGISTRY, REGISTRY)
            .affinity(sameNodeAs(Identity.of(inputs, name())))
            .container(
                "garbage-collect",
                Image.REGISTRY,
                c ->
                    c.args("garbage-collect", "--delete-untagged=false", CONFIG_FILE)
                        .configDirectory(CONFIG_DIRECTORY, config)
                        .claim(STORAGE, claim)
                        .writable("/tmp")
                        .requests("50m", "128Mi"));
    return Workloads.cronJob(inputs, identity, schedule, COLLECTION_DEADLINE_SECONDS, pod);
  }

  private static Affinity sameNodeAs(Identity other) {
    return new AffinityBuilder()
        .withNewPodAffinity()
        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withTopologyKey("kubernetes.io/hostname")
        .withNewLabelSelector()
        .withMatchLabels(other.selector())
        .endLabelSelector()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endPodAffinity()
        .build();
  }
}
