package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.services.ImageSet.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageCatalogueTest {

  @ParameterizedTest
  @EnumSource(Image.class)
  void everyImageOfEveryVersionIsPinned(Image image) {
    for (var version : ImageCatalogue.knownVersions()) {
      var reference = ImageCatalogue.resolve(version, PlatformInputs.spec("{}")).get(image);

      assertThat(reference).matches("docker\\.io/[a-z0-9-]+/[a-z0-9-]+:[A-Za-z0-9.-]*[0-9][^:]*");
      assertThat(reference).doesNotContain("latest");
    }
  }

  @Test
  void daytonasOwnImagesFollowTheVersion() {
    var images = ImageCatalogue.resolve("v0.190.0", PlatformInputs.spec("{}"));

    assertThat(images.get(Image.API)).isEqualTo("docker.io/daytonaio/daytona-api:v0.190.0");
    assertThat(images.runner("default")).isEqualTo("docker.io/daytonaio/daytona-runner:v0.190.0");
  }

  @Test
  void theDefaultIsKnownAndOthersAreRefused() {
    assertThat(ImageCatalogue.knownVersions()).contains(ImageCatalogue.defaultVersion());
    assertThatThrownBy(() -> ImageCatalogue.resolve("v0.1.0", PlatformInputs.spec("{}")))
        .hasMessageContaining("v0.1.0")
        .hasMessageContaining("v0.189.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {tag: '17.9'}                            | docker.io/library/postgres:17.9
          {digest: 'sha256:aa'}                    | docker.io/library/postgres@sha256:aa
          {tag: '17.9', digest: 'sha256:aa'}       | docker.io/library/postgres:17.9@sha256:aa
          {repository: ghcr.io/x/postgres}         | ghcr.io/x/postgres:18.1
          {repository: x/postgres}                 | docker.io/x/postgres:18.1
          {repository: 'localhost:5000/postgres'}  | localhost:5000/postgres:18.1
          """)
  void anOverrideReplacesWhatItNames(String override, String expected) {
    var spec = PlatformInputs.spec("components: [{name: database, image: " + override + "}]");

    assertThat(ImageCatalogue.resolve("v0.189.0", spec).get(Image.DATABASE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Image.class)
  void theMirrorsPrefixIsOnEveryImage(Image image) {
    var spec = PlatformInputs.spec("images: {registry: mirror.io/daytona/}");

    assertThat(ImageCatalogue.resolve("v0.189.0", spec).get(image))
        .startsWith("mirror.io/daytona/")
        .doesNotContain("docker.io");
  }

  @Test
  void theMirrorKeepsThePathAndIsNotAddedTwice() {
    var spec =
        PlatformInputs.spec(
            """
            images: {registry: mirror.io/daytona}
            components:
            - {name: cache, image: {repository: ghcr.io/x/redis}}
            - {name: dex, image: {repository: mirror.io/daytona/own/dex}}
            runners: [{name: gpu, image: {repository: reg.io/gpu-runner, tag: v1}}, {name: cpu}]
            """);
    var images = ImageCatalogue.resolve("v0.189.0", spec);

    assertThat(images.get(Image.DATABASE)).isEqualTo("mirror.io/daytona/library/postgres:18.1");
    assertThat(images.get(Image.CACHE)).isEqualTo("mirror.io/daytona/x/redis:7.2.13");
    assertThat(images.get(Image.DEX)).isEqualTo("mirror.io/daytona/own/dex:v2.42.0");
    assertThat(images.runner("gpu")).isEqualTo("mirror.io/daytona/gpu-runner:v1");
    assertThat(images.runner("cpu"))
        .isEqualTo("mirror.io/daytona/daytonaio/daytona-runner:v0.189.0");
  }
}
