package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.ComponentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComponentsDocumentTest {

  private static final Path FILE = Path.of("../docs/components.md").toAbsolutePath().normalize();

  @Test
  void committed_file_is_the_generated_one() throws IOException {
    if (Boolean.getBoolean("generate")) {
      Files.writeString(FILE, ComponentsDocument.generate());
    }
    assertThat(FILE).as("run bin/generate and commit").exists();
    assertThat(Files.readString(FILE))
        .as("docs/components.md is out of date: run bin/generate and commit")
        .isEqualTo(ComponentsDocument.generate());
  }

  @Test
  void every_component_has_a_section() {
    assertThat(ComponentsDocument.generate())
        .contains(Stream.of(ComponentName.values()).map(it -> "\n## " + it.id() + "\n").toList());
  }

  /** With the values shown, every rendering has others: one in the text would make it differ. */
  @Test
  void no_credential_is_in_it() {
    assertThat(ComponentsDocument.generate("--with-secrets"))
        .isEqualTo(ComponentsDocument.generate());
  }
}
