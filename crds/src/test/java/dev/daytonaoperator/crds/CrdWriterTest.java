package dev.daytonaoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrdWriterTest {

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @Test
  void committed_files_are_the_generated_ones() throws IOException {
    if (Boolean.getBoolean("generate")) {
      CrdWriter.write(REPOSITORY);
    }
    for (var file : CrdWriter.files(REPOSITORY).entrySet()) {
      assertThat(file.getKey()).as("run bin/generate and commit").exists();
      assertThat(Files.readString(file.getKey()))
          .as("%s is out of date: run bin/generate and commit", file.getKey().getFileName())
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void generation_is_deterministic() throws IOException {
    assertThat(Crd.generate().yaml()).isEqualTo(Crd.generate().yaml());
  }
}
