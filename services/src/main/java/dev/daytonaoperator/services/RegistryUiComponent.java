package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * A page that shows what is in the bundled registry. It logs in for whoever opens it, so it is
 * never published (contract 6.6).
 */
final class RegistryUiComponent implements Component {

  /** User and group {@code nginx} of the image. */
  private static final int NGINX = 101;

  private static final String CONFIG = "/etc/nginx";
  private static final String PAGES = "/usr/share/nginx/html";

  @Override
  public ComponentName name() {
    return ComponentName.REGISTRY_UI;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    if (!Installed.has(inputs.spec(), name())) {
      return List.of();
    }
    return switch (inputs.spec().registry().type()) {
      // the user's registry has a page of its own, and its login is not for this one
      case External -> List.of();
      case Bundled ->
          List.of(
              Services.service(inputs, name(), new Port("http", ServiceNames.REGISTRY_UI_PORT)),
              Workloads.deployment(
                  inputs, Identity.of(inputs, name()), 1, Rollout.ROLLING, pod(inputs)));
    };
  }

  /** The image's start writes its settings into its own pages and configuration: copies here. */
  private PodTemplate pod(Inputs inputs) {
    return PodTemplate.of(inputs, name())
        .runAs(NGINX, NGINX)
        .initContainer(
            "copy",
            Image.REGISTRY_UI,
            c ->
                c.command(
                        "sh",
                        "-c",
                        "cp -R " + CONFIG + "/. /copy/config && cp -R " + PAGES + "/. /copy/pages")
                    .writable("/copy/config", "config")
                    .writable("/copy/pages", "pages")
                    .requests("10m", "16Mi"))
        .container("registry-ui", Image.REGISTRY_UI, c -> nginx(c, inputs));
  }

  private static void nginx(ContainerSpec c, Inputs inputs) {
    var alive = Probes.http("/", ServiceNames.REGISTRY_UI_PORT);
    c.env("NGINX_LISTEN_PORT", ServiceNames.REGISTRY_UI_PORT)
        .env("NGINX_PROXY_PASS_URL", inputs.endpoints().registryUrl())
        .secretEnv("NGINX_PROXY_HEADER_Authorization", Credential.REGISTRY_BASIC_AUTH)
        .env("SINGLE_REGISTRY", true)
        .env("REGISTRY_TITLE", "Daytona")
        // images belong to rows in Daytona's database: it deletes them, not a person here
        .env("DELETE_IMAGES", false)
        .env("SHOW_CONTENT_DIGEST", true)
        .env("SHOW_CATALOG_NB_TAGS", true)
        .env("TAGLIST_PAGE_SIZE", 100)
        .writable(CONFIG, "config")
        .writable(PAGES, "pages")
        .writable("/var/cache/nginx")
        .writable("/var/run")
        .writable("/tmp")
        .port("http", ServiceNames.REGISTRY_UI_PORT)
        .readiness(alive)
        .liveness(alive)
        .requests("10m", "32Mi")
        .memoryLimit("128Mi");
  }
}
