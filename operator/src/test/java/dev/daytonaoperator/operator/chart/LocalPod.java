package dev.daytonaoperator.operator.chart;

import dev.daytonaoperator.operator.app.SeparateOperator;
import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.UUID;

/**
 * The process that a pod of the Deployment would run, on this machine: with the container's
 * environment, and as the ServiceAccount.
 */
final class LocalPod {

  private static final String SETTING = "DAYTONA_OPERATOR_";

  private LocalPod() {}

  /**
   * Starts one; returns when its readiness probe succeeds.
   *
   * @param directory where its kubeconfig is written
   */
  static SeparateOperator start(ControlPlane controlPlane, Deployment deployment, Path directory)
      throws IOException {
    var namespace = deployment.getMetadata().getNamespace();
    var spec = deployment.getSpec().getTemplate().getSpec();
    var settings = new HashMap<String, String>();
    for (var variable : spec.getContainers().getFirst().getEnv()) {
      if (variable.getName().startsWith(SETTING)) {
        // The only reference is to the pod's namespace.
        var value = variable.getValueFrom() == null ? variable.getValue() : namespace;
        settings.put(variable.getName().substring(SETTING.length()), value);
      }
    }
    settings.remove("HTTP_PORT"); // pods have an address each; processes here share one
    var kubeconfig = directory.resolve("kubeconfig-" + UUID.randomUUID());
    Files.writeString(
        kubeconfig, kubeconfig(controlPlane, namespace, spec.getServiceAccountName()));
    return SeparateOperator.launch(kubeconfig, settings).awaitReady();
  }

  private static String kubeconfig(ControlPlane controlPlane, String namespace, String account) {
    var admin = controlPlane.config();
    var token =
        controlPlane.kubectl("create", "token", account, "-n", namespace).orThrow().output();
    return """
    apiVersion: v1
    kind: Config
    current-context: pod
    clusters:
      - {name: pod, cluster: {server: "%s", certificate-authority-data: %s}}
    contexts:
      - {name: pod, context: {cluster: pod, user: pod, namespace: %s}}
    users:
      - {name: pod, user: {token: %s}}
    """
        .formatted(admin.getMasterUrl(), admin.getCaCertData(), namespace, token.strip());
  }
}
