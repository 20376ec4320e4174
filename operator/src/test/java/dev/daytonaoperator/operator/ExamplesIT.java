package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file in {@code examples/} can be applied as it is, Secrets included, and becomes Ready.
 * That the services of others behind some of them answer is not seen here: no container runs.
 */
@OnControlPlane
class ExamplesIT {

  /** What the files say that the cluster must have: runtimes of pods, and nodes for sandboxes. */
  private static final List<String> RUNTIME_CLASSES = List.of("kata", "nvidia");

  private static final String LABELLED_NODE = "node-1";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  ExamplesIT(ControlPlane controlPlane, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.namespaces = namespaces;
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(ControlPlane.shared().repository().resolve("examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @BeforeAll
  static void the_cluster_has_what_they_need(ControlPlane controlPlane, @TempDir Path folder)
      throws IOException {
    controlPlane.installCrd();
    for (var name : RUNTIME_CLASSES) {
      var file = folder.resolve(name + ".yaml");
      Files.writeString(
          file,
          """
          apiVersion: node.k8s.io/v1
          kind: RuntimeClass
          metadata: {name: %s}
          handler: %s
          """
              .formatted(name, name));
      controlPlane.kubectl("apply", "-f", file.toString()).orThrow();
    }
    controlPlane.kubectl("label", "--overwrite", "node", LABELLED_NODE, "sandboxes=true").orThrow();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void an_example_is_accepted_strictly_and_becomes_ready(Path example, @TempDir Path folder)
      throws IOException {
    var text = Files.readString(example);
    assertThat(text.split("(?m)^---\\n"))
        .filteredOn(document -> document.contains("\nkind: Secret\n"))
        .as("Secrets are marked: their values are nobody's")
        .allMatch(document -> document.startsWith("# PLACEHOLDER"));
    var namespace = namespaces.create().name();
    var file = folder.resolve(example.getFileName());
    Files.writeString(file, text.replaceAll("namespace: daytona\\b", "namespace: " + namespace));

    apply(file, "--dry-run=server");
    try (var operator = RunningOperator.in(controlPlane, namespace)) {
      apply(file, "--dry-run=none");
      var hand = new InstallationHand(client, namespace, "daytona");
      var ready = hand.awaitReady();
      assertThat(
              InstallationHand.condition(ready, "CredentialsAvailable").orElseThrow().getStatus())
          .isEqualTo("True");
    }
  }

  private void apply(Path file, String dryRun) {
    controlPlane.kubectl("apply", dryRun, "--validate=strict", "-f", file.toString()).orThrow();
  }
}
