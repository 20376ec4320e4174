package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Cache;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Redis: the API's locks, job queues and socket fan-out, and the proxy's sessions. Losing it loses
 * signed preview URLs and some seconds of activity, nothing durable (contract 6.2).
 */
final class CacheComponent implements Component {

  /** User and group {@code redis} of the Debian image. */
  private static final int REDIS = 999;

  /**
   * The configuration goes in by standard input: as an argument the password would be readable in
   * the node's process list, in a ConfigMap by whoever reads ConfigMaps. The here-document keeps
   * redis-server as process 1, which gets the stop signal.
   */
  private static final String START =
      """
      password=$(printf %s "$REDISCLI_AUTH" | sed 's/[\\\\"]/\\\\&/g')
      exec redis-server - <<CONFIG
      requirepass "$password"
      dir /data
      # the API's locks must not be evicted
      maxmemory-policy noeviction
      appendonly yes
      save ""
      CONFIG
      """;

  @Override
  public ComponentName name() {
    return ComponentName.CACHE;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().cache().type()) {
      case External -> List.of();
      case Bundled -> bundled(inputs, inputs.spec().cache().bundled());
    };
  }

  private List<HasMetadata> bundled(Inputs inputs, Cache.Bundled cache) {
    var identity = Identity.of(inputs, name());
    var pod =
        PodTemplate.of(inputs, name())
            .runAs(REDIS, REDIS)
            .container("redis", Image.CACHE, c -> redis(c, identity, cache));
    var objects = new ArrayList<HasMetadata>(Claims.of(identity, cache.storage()));
    objects.add(Services.service(inputs, name(), new Port("redis", ServiceNames.CACHE_PORT)));
    objects.add(
        Workloads.statefulSet(inputs, identity, ServiceNames.of(inputs.name(), name()), pod));
    return objects;
  }

  private static void redis(ContainerSpec c, Identity identity, Cache.Bundled cache) {
    // redis-cli exits 0 also when the answer is an error, like LOADING. When the probe's time is
    // over only the shell is killed: a redis-cli that waits for ever would keep its output open,
    // for which containerd waits, and the probe would never have a result.
    var ready = Probes.exec("sh", "-c", "test \"$(timeout 3 redis-cli ping)\" = PONG");
    c.command("sh", "-c", START)
        .secretEnv("REDISCLI_AUTH", Credential.CACHE_PASSWORD)
        .port("redis", ServiceNames.CACHE_PORT)
        .claim("/data", Claims.nameOf(identity, cache.storage()))
        .writable("/tmp")
        .startup(Probes.within(300, ready))
        .readiness(ready)
        .liveness(Probes.every(20, 6, Probes.tcp(ServiceNames.CACHE_PORT)))
        .requests("50m", "64Mi");
  }
}
