package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterDomainTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          search ns.svc.cluster.local svc.cluster.local cluster.local, cluster.local
          search ns.svc.k8s.example.org svc.k8s.example.org k8s.example.org lan, k8s.example.org
          search svc.cluster.local., cluster.local
          search ns.svc.one.two svc.one.two, one.two
          """)
  void a_pods_search_list_names_it(String line, String domain) throws IOException {
    var file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 10.0.0.10\n" + line);
    assertThat(ClusterDomain.detect(file)).contains(domain);
  }

  @ParameterizedTest
  @CsvSource({"search example.org lan", "nameserver 10.0.0.1", "search mysvc.example.org"})
  void outside_a_cluster_there_is_none(String line) throws IOException {
    var file = Files.writeString(directory.resolve("resolv.conf"), line);
    assertThat(ClusterDomain.detect(file)).isEmpty();
  }

  @Test
  void without_the_file_there_is_none() {
    assertThat(ClusterDomain.detect(directory.resolve("absent"))).isEmpty();
  }
}
