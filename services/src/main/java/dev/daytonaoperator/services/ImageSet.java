package dev.daytonaoperator.services;

import java.util.Map;

/**
 * The image references in force.
 *
 * @param byImage complete references, mirror prefix and overrides applied
 * @param runnerPools images of pools that have one of their own, by pool name
 */
public record ImageSet(Map<Image, String> byImage, Map<String, String> runnerPools) {

  /** Every image that any object of an installation may use. */
  public enum Image {
    API,
    PROXY,
    SSH_GATEWAY,
    RUNNER,
    DEX,
    DATABASE,
    PGADMIN,
    CACHE,
    REGISTRY,
    REGISTRY_UI,
    OBJECT_STORAGE,
    /** MinIO's client, for the bucket Job. */
    OBJECT_STORAGE_CLIENT,
    JAEGER,
    OTEL_COLLECTOR,
    MAILDEV
  }

  public ImageSet {
    byImage = Map.copyOf(byImage);
    runnerPools = Map.copyOf(runnerPools);
  }

  public String get(Image image) {
    var reference = byImage.get(image);
    if (reference == null) {
      throw new IllegalArgumentException("no image for " + image);
    }
    return reference;
  }

  /** The image of a pool's runners. */
  public String runner(String pool) {
    return runnerPools.getOrDefault(pool, get(Image.RUNNER));
  }
}
