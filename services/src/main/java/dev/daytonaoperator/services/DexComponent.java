package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Dex: the bundled OpenID Connect provider. Its disk holds signing keys and refresh tokens: without
 * it everybody logs in again, but nobody is lost.
 */
public final class DexComponent implements Component {

  /** The image's user, who must own the disk. */
  private static final long USER = 1001;

  @Override
  public ComponentName name() {
    return ComponentName.DEX;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    if (!Installed.has(inputs.spec(), name())) {
      return List.of();
    }
    var identity = Identity.of(inputs, name());
    var storage = inputs.spec().auth().dex().storage();
    var config = ConfigMaps.of(identity, Map.of("config.yaml", DexConfiguration.render(inputs)));
    var objects = new ArrayList<HasMetadata>();
    objects.add(config);
    objects.addAll(Claims.of(identity, storage));
    objects.add(PublishedServices.of(inputs, name(), ServiceNames.DEX_PORT));
    objects.add(
        Workloads.statefulSet(
            inputs,
            identity,
            ServiceNames.of(inputs.name(), name()),
            pod(inputs, config, Claims.nameOf(identity, storage))));
    return objects;
  }

  private PodTemplate pod(Inputs inputs, ConfigMap config, String claim) {
    var discovery = Probes.http("/dex/.well-known/openid-configuration", ServiceNames.DEX_PORT);
    return PodTemplate.of(inputs, name())
        .runAs(USER, USER)
        .container(
            "dex",
            Image.DEX,
            container -> {
              DexConfiguration.hashes(inputs).forEach(container::secretEnv);
              container
                  // Not the image's entrypoint, which would expand templates in the file.
                  .command("dex", "serve", "/etc/dex/config.yaml")
                  .configDirectory("/etc/dex", config)
                  .claim("/var/dex", claim)
                  .writable("/tmp")
                  .port("http", ServiceNames.DEX_PORT)
                  .startup(Probes.within(120, discovery))
                  .readiness(discovery)
                  .liveness(Probes.every(20, 6, discovery))
                  .requests("20m", "64Mi")
                  .memoryLimit("256Mi");
            });
  }
}
