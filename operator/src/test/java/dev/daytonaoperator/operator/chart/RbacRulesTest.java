package dev.daytonaoperator.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RbacRulesTest {

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @Test
  void committed_files_are_the_generated_ones() throws IOException {
    if (Boolean.getBoolean("generate")) {
      RbacRules.write(REPOSITORY);
    }
    for (var file : RbacRules.files(REPOSITORY).entrySet()) {
      assertThat(file.getKey()).as("run bin/generate and commit").exists();
      assertThat(Files.readString(file.getKey()))
          .as("%s is out of date: run bin/generate and commit", file.getKey().getFileName())
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void nothing_is_granted_by_wildcard() {
    assertThat(
            Stream.of(
                    RbacRules.perNamespace(), RbacRules.clusterFacts(), RbacRules.leaderElection())
                .flatMap(rules -> rules.stream())
                .map(RbacRule::yaml))
        .noneMatch(yaml -> yaml.contains("*"));
  }
}
