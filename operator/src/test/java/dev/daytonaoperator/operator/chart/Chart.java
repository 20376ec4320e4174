package dev.daytonaoperator.operator.chart;

import dev.daytonaoperator.testing.CommandLine;
import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The chart of this repository and the real Helm. */
final class Chart {

  static final String FOLDER = "helm/daytona-operator";
  static final String RELEASE = "operator";
  static final String NAMESPACE = "operators";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;

  Chart(ControlPlane controlPlane, KubernetesClient client) {
    this.controlPlane = controlPlane;
    this.client = client;
  }

  /** The objects of a release, by what they are. */
  record Rendered(List<HasMetadata> objects) {

    <T extends HasMetadata> List<T> all(Class<T> type) {
      return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T one(Class<T> type) {
      var found = all(type);
      if (found.size() != 1) {
        throw new AssertionError("one " + type.getSimpleName() + " expected in " + ids());
      }
      return found.getFirst();
    }

    /** Kind, namespace and name of each, sorted. */
    List<String> ids() {
      return objects.stream().map(Rendered::id).sorted().toList();
    }

    private static String id(HasMetadata object) {
      var meta = object.getMetadata();
      var namespace = meta.getNamespace() == null ? "" : meta.getNamespace() + "/";
      return object.getKind() + " " + namespace + meta.getName();
    }
  }

  /** What the chart makes with {@code --set} of these values. */
  Rendered template(String... values) {
    var result = render(values).orThrow();
    var yaml = new ByteArrayInputStream(result.output().getBytes(StandardCharsets.UTF_8));
    return new Rendered(client.load(yaml).items());
  }

  /** Helm's answer to these values, good or not. */
  CommandLine.Result render(String... values) {
    return helm(List.of("template", RELEASE, FOLDER, "-n", NAMESPACE), values);
  }

  CommandLine.Result install(String release, String namespace, String... values) {
    // The CRD on a shared control plane may be another release's, or applied by kubectl.
    return helm(changing("install", release, namespace, "--take-ownership"), values);
  }

  CommandLine.Result upgrade(String release, String namespace, String... values) {
    return helm(changing("upgrade", release, namespace), values);
  }

  private static List<String> changing(
      String verb, String release, String namespace, String... options) {
    var command = List.of(verb, release, FOLDER, "-n", namespace, "--wait", "--force-conflicts");
    return Stream.concat(command.stream(), Stream.of(options)).toList();
  }

  CommandLine.Result uninstall(String release, String namespace) {
    return controlPlane.helm("uninstall", release, "-n", namespace, "--wait");
  }

  private CommandLine.Result helm(List<String> command, String... values) {
    var arguments = new ArrayList<>(command);
    Stream.of(values).forEach(value -> arguments.addAll(List.of("--set", value)));
    return controlPlane.helm(arguments.toArray(String[]::new));
  }
}
