package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ImageOverride;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image with every part explicit.
 *
 * @param registry host, with port if any
 * @param path repository within the registry, {@code library/…} for Docker Hub's own
 */
record ImageReference(String registry, String path, Optional<String> tag, Optional<String> digest) {

  private static final String DOCKER_HUB = "docker.io";

  /** {@code repository:tag} as one writes it; a name without registry host is Docker Hub's. */
  static ImageReference of(String repository, String tag) {
    return named(repository, Optional.of(tag), Optional.empty());
  }

  /** This image with the override's members in place of its own. */
  ImageReference with(@Nullable ImageOverride override) {
    if (override == null) {
      return this;
    }
    var givenTag = Optional.ofNullable(override.tag());
    var givenDigest = Optional.ofNullable(override.digest());
    // A digest says what is run: the catalogue's tag beside it would only mislead.
    var newTag = givenDigest.isPresent() ? givenTag : givenTag.or(this::tag);
    return override.repository() == null
        ? new ImageReference(registry, path, newTag, givenDigest)
        : named(override.repository(), newTag, givenDigest);
  }

  /**
   * This image under a mirror's prefix, which takes the place of the registry's host and keeps the
   * path. One that is below the prefix already stays.
   */
  ImageReference mirroredBy(@Nullable String prefix) {
    if (prefix == null || (registry + "/" + path).startsWith(prefix + "/")) {
      return this;
    }
    return named(prefix + "/" + path, tag, digest);
  }

  private static ImageReference named(
      String repository, Optional<String> tag, Optional<String> digest) {
    int slash = repository.indexOf('/');
    var first = slash < 0 ? "" : repository.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      return new ImageReference(first, repository.substring(slash + 1), tag, digest);
    }
    return new ImageReference(
        DOCKER_HUB, slash < 0 ? "library/" + repository : repository, tag, digest);
  }

  @Override
  public String toString() {
    return registry
        + "/"
        + path
        + tag.map(value -> ":" + value).orElse("")
        + digest.map(value -> "@" + value).orElse("");
  }
}
