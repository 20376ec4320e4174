package dev.daytonaoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the other modules' tests rely on. */
@OnControlPlane
class ControlPlaneIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final String namespace;

  ControlPlaneIT(KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    this.namespace = namespace.name();
  }

  @Test
  void deploymentBecomesReady() {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: web}]}
                """,
                Deployment.class))
        .inNamespace(namespace)
        .create();
    await()
        .atMost(SOON)
        .until(
            () ->
                Integer.valueOf(2)
                    .equals(
                        client
                            .apps()
                            .deployments()
                            .inNamespace(namespace)
                            .withName("web")
                            .get()
                            .getStatus()
                            .getReadyReplicas()));
  }

  @Test
  void claimIsBoundAndJobCompletes() {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
                """,
                PersistentVolumeClaim.class))
        .inNamespace(namespace)
        .create();
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: work, image: work}]
                      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """,
                Job.class))
        .inNamespace(namespace)
        .create();
    await()
        .atMost(SOON)
        .until(
            () ->
                Integer.valueOf(1)
                    .equals(
                        client
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(namespace)
                            .withName("once")
                            .get()
                            .getStatus()
                            .getSucceeded()));
  }

  @Test
  void ownedObjectsGoWithTheirOwner() {
    var owner = client.resource(configMap("owner")).inNamespace(namespace).create();
    var child = configMap("child");
    child.getMetadata().setNamespace(namespace);
    child.addOwnerReference(owner);
    client.resource(child).create();

    client.resource(owner).delete();

    await()
        .atMost(SOON)
        .until(() -> client.configMaps().inNamespace(namespace).withName("child").get() == null);
  }

  @Test
  void podThatAsksForGpusLandsOnTheNodeThatHasThem() {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: gpu}
                spec:
                  containers:
                    - name: work
                      image: work
                      resources: {limits: {nvidia.com/gpu: "1"}}
                """,
                Pod.class))
        .inNamespace(namespace)
        .create();
    await()
        .atMost(SOON)
        .until(
            () ->
                "gpu-0"
                    .equals(
                        client
                            .pods()
                            .inNamespace(namespace)
                            .withName("gpu")
                            .get()
                            .getSpec()
                            .getNodeName()));
  }

  @Test
  void auditLogShowsExactlyTheCallsMade(AuditLog audit) {
    var mark = audit.mark();
    client.resource(configMap("audited")).inNamespace(namespace).serverSideApply();
    client.configMaps().inNamespace(namespace).withName("audited").delete();

    assertThat(audit.since(mark, c -> c.name().equals("audited")))
        .extracting(AuditLog.Call::toString)
        .containsExactly(
            "patch configmaps " + namespace + "/audited 201",
            "delete configmaps " + namespace + "/audited 200");
  }

  @Test
  void kubectlAndHelmAnswer(ControlPlane controlPlane) {
    assertThat(controlPlane.kubectl("get", "nodes", "-o", "name").orThrow().output())
        .contains("node/gpu-0");
    assertThat(controlPlane.helm("version", "--short").orThrow().output()).startsWith("v4");
  }

  private static io.fabric8.kubernetes.api.model.ConfigMap configMap(String name) {
    return new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build();
  }
}
