package dev.daytonaoperator.services;

import static java.util.Map.entry;

import dev.daytonaoperator.api.v1alpha1.ComponentOverride;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.ImageOverride;
import dev.daytonaoperator.services.ImageSet.Image;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images of each Daytona version this operator knows. All are pinned: a rolling tag would be an
 * uncontrolled database migration (contract 2.1, T36).
 *
 * <p>How an image in force is found: the catalogue's entry; then the members of {@code
 * components[].image} (and for a pool's runners of {@code runners[].image} on top); then, when
 * {@code images.registry} is set, that prefix in place of the registry's host, for every image:
 * {@code docker.io/library/postgres:18.1} is pulled as {@code <prefix>/library/postgres:18.1}.
 */
public final class ImageCatalogue {

  /**
   * A version that can be installed.
   *
   * @param version as in {@code spec.version}
   * @param support what to know before choosing it
   */
  public record Release(String version, String support) {}

  private static final List<Release> RELEASES =
      List.of(
          new Release(
              "v0.189.0", "Default. The last release whose images are surely on Docker Hub."),
          new Release(
              "v0.190.0",
              "The last public release. Its build moved to ghcr.io: where Docker Hub lacks its"
                  + " images, set components[].image.repository or images.registry."));

  /** What does not depend on the Daytona version. */
  private static final Map<Image, ImageReference> COMPANIONS =
      Map.ofEntries(
          entry(Image.DEX, ImageReference.of("dexidp/dex", "v2.42.0")),
          entry(Image.DATABASE, ImageReference.of("postgres", "18.1")),
          entry(Image.PGADMIN, ImageReference.of("dpage/pgadmin4", "9.2.0")),
          entry(Image.CACHE, ImageReference.of("redis", "7.2.13")),
          entry(Image.REGISTRY, ImageReference.of("registry", "2.8.2")),
          entry(Image.REGISTRY_UI, ImageReference.of("joxit/docker-registry-ui", "2.5.7")),
          entry(
              Image.OBJECT_STORAGE,
              ImageReference.of("minio/minio", "RELEASE.2025-04-22T22-12-26Z")),
          entry(
              Image.OBJECT_STORAGE_CLIENT,
              ImageReference.of("minio/mc", "RELEASE.2025-04-16T18-13-26Z")),
          entry(Image.JAEGER, ImageReference.of("jaegertracing/all-in-one", "1.67.0")),
          entry(
              Image.OTEL_COLLECTOR,
              ImageReference.of("otel/opentelemetry-collector-contrib", "0.138.0")),
          entry(Image.MAILDEV, ImageReference.of("maildev/maildev", "2.2.1")));

  private ImageCatalogue() {}

  /** Oldest first. */
  public static List<Release> releases() {
    return RELEASES;
  }

  public static List<String> knownVersions() {
    return RELEASES.stream().map(Release::version).toList();
  }

  /** What a new installation gets that names no version. */
  public static String defaultVersion() {
    return "v0.189.0";
  }

  /** The images of one version. */
  public static ImageSet resolve(String version, DaytonaInstallationSpec spec) {
    return resolve(Versions.all(version), spec);
  }

  /**
   * The images for the versions of the parts and a resolved spec.
   *
   * @throws IllegalArgumentException when a version is not one of {@link #knownVersions}, which
   *     callers check first
   */
  public static ImageSet resolve(Versions versions, DaytonaInstallationSpec spec) {
    for (var version : List.of(versions.api(), versions.edge(), versions.runner())) {
      if (!knownVersions().contains(version)) {
        throw new IllegalArgumentException(
            "Daytona version " + version + " is not one of " + knownVersions());
      }
    }
    var mirror = mirror(spec);
    var overrides = overrides(spec.components());
    var images = new EnumMap<Image, String>(Image.class);
    for (var image : Image.values()) {
      images.put(
          image,
          ofVersions(image, versions)
              .with(overrides.get(overriddenBy(image)))
              .mirroredBy(mirror)
              .toString());
    }
    var runner = ofVersions(Image.RUNNER, versions).with(overrides.get(overriddenBy(Image.RUNNER)));
    var pools = new HashMap<String, String>();
    for (var pool : spec.runners()) {
      if (pool.image() != null) {
        pools.put(pool.name(), runner.with(pool.image()).mirroredBy(mirror).toString());
      }
    }
    return new ImageSet(images, pools);
  }

  private static ImageReference ofVersions(Image image, Versions versions) {
    return switch (image) {
      case API -> ImageReference.of("daytonaio/daytona-api", versions.api());
      case PROXY -> ImageReference.of("daytonaio/daytona-proxy", versions.edge());
      case SSH_GATEWAY -> ImageReference.of("daytonaio/daytona-ssh-gateway", versions.edge());
      case RUNNER -> ImageReference.of("daytonaio/daytona-runner", versions.runner());
      case DEX,
          DATABASE,
          PGADMIN,
          CACHE,
          REGISTRY,
          REGISTRY_UI,
          OBJECT_STORAGE,
          OBJECT_STORAGE_CLIENT,
          JAEGER,
          OTEL_COLLECTOR,
          MAILDEV -> {
        var companion = COMPANIONS.get(image);
        if (companion == null) {
          throw new IllegalStateException("the catalogue lacks " + image);
        }
        yield companion;
      }
    };
  }

  /** Migration Jobs run the API's image, so {@code jobs} means the bucket Job's client. */
  private static ComponentOverride.Name overriddenBy(Image image) {
    return switch (image) {
      case API -> ComponentOverride.Name.api;
      case PROXY -> ComponentOverride.Name.proxy;
      case SSH_GATEWAY -> ComponentOverride.Name.sshGateway;
      case RUNNER -> ComponentOverride.Name.runner;
      case DEX -> ComponentOverride.Name.dex;
      case DATABASE -> ComponentOverride.Name.database;
      case PGADMIN -> ComponentOverride.Name.pgadmin;
      case CACHE -> ComponentOverride.Name.cache;
      case REGISTRY -> ComponentOverride.Name.registry;
      case REGISTRY_UI -> ComponentOverride.Name.registryUi;
      case OBJECT_STORAGE -> ComponentOverride.Name.objectStorage;
      case OBJECT_STORAGE_CLIENT -> ComponentOverride.Name.jobs;
      case JAEGER -> ComponentOverride.Name.jaeger;
      case OTEL_COLLECTOR -> ComponentOverride.Name.otelCollector;
      case MAILDEV -> ComponentOverride.Name.maildev;
    };
  }

  private static Map<ComponentOverride.Name, ImageOverride> overrides(
      Collection<ComponentOverride> components) {
    var byName = new EnumMap<ComponentOverride.Name, ImageOverride>(ComponentOverride.Name.class);
    for (var component : components) {
      if (component.image() != null) {
        byName.put(component.name(), component.image());
      }
    }
    return byName;
  }

  private static @Nullable String mirror(DaytonaInstallationSpec spec) {
    var registry = spec.images().registry();
    return registry == null ? null : Endpoints.withoutTrailingSlash(registry);
  }
}
