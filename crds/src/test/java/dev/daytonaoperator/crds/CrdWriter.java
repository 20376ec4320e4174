package dev.daytonaoperator.crds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the files that are generated from the API's records. */
public final class CrdWriter {

  private static final String CRD = "daytonainstallations.daytona-operator.dev.yaml";

  private CrdWriter() {}

  /** Writes every file below the repository's root, the only argument. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  static void write(Path repository) throws IOException {
    for (var file : files(repository).entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  /** Each generated file with the text it must have. */
  static Map<Path, String> files(Path repository) throws IOException {
    var crd = Crd.generate();
    var files = new LinkedHashMap<Path, String>();
    files.put(repository.resolve("crds").resolve(CRD), crd.yaml());
    // Helm packs nothing from outside the chart's folder.
    files.put(repository.resolve("helm/daytona-operator/crd-source").resolve(CRD), crd.yaml());
    files.put(repository.resolve("docs/reference.md"), new Reference(crd, repository).markdown());
    return files;
  }
}
