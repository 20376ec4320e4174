package dev.daytonaoperator.operator.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version that the build stamped on this operator. */
final class BuildVersion {

  private static final String FILE = "version.properties";

  private BuildVersion() {}

  static String current() {
    try (var file = BuildVersion.class.getResourceAsStream(FILE)) {
      var properties = new Properties();
      properties.load(Objects.requireNonNull(file, FILE));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
