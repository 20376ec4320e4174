package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code render} prints for each {@code in.yaml} is {@code out.yaml} beside it. {@code
 * -Dgolden=write} writes the outputs; then read the difference.
 */
class RenderGoldenTest {

  private static final Path CASES = Path.of("src/test/resources/render");
  private static final boolean WRITE = "write".equals(System.getProperty("golden"));

  static List<String> cases() throws IOException {
    try (var folders = Files.list(CASES)) {
      return folders.map(Path::getFileName).map(Path::toString).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void is_rendered_as_before(String name) throws IOException {
    var golden = CASES.resolve(name).resolve("out.yaml");
    var run = CommandRun.of("render", CASES.resolve(name).resolve("in.yaml").toString());
    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    if (WRITE) {
      Files.writeString(golden, run.output());
    }
    assertThat(run.output()).isEqualTo(Files.readString(golden));
  }

  @Test
  void no_file_is_left_over() throws IOException {
    for (var name : cases()) {
      try (var files = Files.list(CASES.resolve(name))) {
        assertThat(files.map(it -> it.getFileName().toString()))
            .as(name)
            .containsExactlyInAnyOrder("in.yaml", "out.yaml");
      }
    }
  }
}
