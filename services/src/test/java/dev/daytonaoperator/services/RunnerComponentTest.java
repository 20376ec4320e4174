package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunnerComponentTest {

  @Test
  void everyRunnerIsAWorkloadWithADiskAndOneServiceNamesThem() {
    var runners = runners("runners: [{name: a, replicas: 2}, {name: b}]");

    assertThat(runners.names())
        .containsExactlyInAnyOrder(
            "Service dev-runner",
            "ConfigMap dev-runner-a",
            "PersistentVolumeClaim dev-runner-a-0",
            "StatefulSet dev-runner-a-0",
            "PersistentVolumeClaim dev-runner-a-1",
            "StatefulSet dev-runner-a-1",
            "ConfigMap dev-runner-b",
            "PersistentVolumeClaim dev-runner-b-0",
            "StatefulSet dev-runner-b-0");
    var service = runners.only(Service.class).getSpec();
    assertThat(service.getClusterIP()).isEqualTo("None");
    assertThat(service.getPublishNotReadyAddresses()).isTrue();
    assertThat(runners.all(StatefulSet.class))
        .allSatisfy(
            set -> {
              assertThat(set.getSpec().getReplicas()).isEqualTo(1);
              assertThat(set.getSpec().getServiceName()).isEqualTo("dev-runner");
              assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                  .as("the Service finds the pod")
                  .containsAllEntriesOf(service.getSelector());
            });
    assertThat(runners.all(PersistentVolumeClaim.class))
        .allSatisfy(
            claim ->
                assertThat(claim.getSpec().getResources().getRequests())
                    .containsEntry("storage", new Quantity("100Gi")));
  }

  @Test
  void noTwoRunnersShareATokenOrAName() {
    var sets = runners("runners: [{name: a, replicas: 2}, {name: b}]").all(StatefulSet.class);

    assertThat(sets)
        .extracting(
            set ->
                Rendered.env(set.getSpec().getTemplate().getSpec().getContainers().getFirst())
                    .get("DAYTONA_RUNNER_TOKEN"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aRunnerAdvertisesItsOwnPod() {
    var names = List.copyOf(runners("{}").env().keySet());

    assertThat(runners("{}").env())
        .containsEntry("POD_NAME", "field:metadata.name")
        .containsEntry("RUNNER_DOMAIN", "$(POD_NAME).dev-runner.ns.svc.cluster.local")
        .containsEntry("API_PORT", "3003")
        .containsEntry("HEALTHCHECK_INTERVAL", "10s");
    assertThat(names.indexOf("POD_NAME"))
        .as("expansion needs it before")
        .isLessThan(names.indexOf("RUNNER_DOMAIN"));
  }

  @Test
  void itIsPrivilegedOnAnAmd64NodeAndNotToBeMoved() {
    var runner = runners("{}");

    assertThat(runner.container().getSecurityContext().getPrivileged()).isTrue();
    assertThat(runner.pod().getHostNetwork()).isNull();
    assertThat(runner.pod().getHostPID()).isNull();
    assertThat(runner.pod().getVolumes()).allMatch(volume -> volume.getHostPath() == null);
    assertThat(runner.pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(runner.pod().getNodeSelector()).containsEntry("kubernetes.io/arch", "amd64");
    assertThat(runner.template().getMetadata().getAnnotations())
        .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
  }

  @Test
  void probesAskDockerdAndAreInNoHurryToRestart() {
    var container = runners("{}").container();

    assertThat(container.getLivenessProbe().getExec().getCommand())
        .containsExactly("docker", "info");
    assertThat(container.getReadinessProbe().getExec().getCommand())
        .containsExactly("docker", "info");
    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/");
    assertThat(
            container.getStartupProbe().getPeriodSeconds()
                * container.getStartupProbe().getFailureThreshold())
        .isGreaterThanOrEqualTo(600);
    assertThat(
            container.getLivenessProbe().getPeriodSeconds()
                * container.getLivenessProbe().getFailureThreshold())
        .isGreaterThanOrEqualTo(120);
  }

  @Test
  void itGetsTheBucketsUserAndNotTheRootOfTheObjectStorage() {
    assertThat(runners("{}").env())
        .containsEntry("AWS_ACCESS_KEY_ID", "secret:dev-object-storage-access/accessKey")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "secret:dev-object-storage-access/secretKey")
        .containsEntry("AWS_ENDPOINT_URL", "http://dev-minio.ns.svc.cluster.local:9000")
        .doesNotContainValue("secret:dev-object-storage-credentials/rootPassword");
    assertThat(runners("objectStorage: {bundled: {publicEndpoint: 'https://minio.io'}}").env())
        .containsEntry("AWS_ENDPOINT_URL", "http://dev-minio.ns.svc.cluster.local:9000");
    assertThat(runners("objectStorage: {type: Disabled}").env().keySet())
        .noneMatch(name -> name.startsWith("AWS_"));
  }

  @Test
  void aGpuPoolRequestsDevicesAndItsOwnImage() {
    var gpu =
        runners(
            """
            runners:
            - name: gpu
              gpu: {count: 2, resourceName: nvidia.com/gpu.shared}
              image: {repository: reg.io/gpu, tag: v1}
              runtimeClassName: nvidia
            """);

    assertThat(gpu.container().getImage()).isEqualTo("reg.io/gpu:v1");
    assertThat(gpu.container().getResources().getLimits())
        .containsEntry("nvidia.com/gpu.shared", new Quantity("2"));
    assertThat(gpu.env()).containsEntry("GPU_ENABLED", "true");
    assertThat(gpu.pod().getRuntimeClassName()).isEqualTo("nvidia");
    assertThat(daemonJson(gpu).at("/features/cdi").asBoolean()).isTrue();
  }

  @Test
  void dockerdTrustsExactlyTheRegistryThatImageNamesCarry() {
    var daemon = daemonJson(runners("{}"));

    assertThat(daemon.get("insecure-registries").get(0).asText())
        .isEqualTo("dev-registry.ns.svc.cluster.local:6000")
        .isEqualTo(PlatformInputs.of("{}").endpoints().registryHost());
    assertThat(daemon.get("bip").asText()).isEqualTo("172.17.0.1/16");
    assertThat(daemon.get("log-opts").get("max-size").asText()).isEqualTo("10m");
    assertThat(daemon.has("mtu")).as("a flag of the start script; both would conflict").isFalse();
    assertThat(daemon.has("dns")).isFalse();
    assertThat(
            daemonJson(runners("registry: {type: External, external: {url: 'https://reg.io'}}"))
                .get("insecure-registries"))
        .isEmpty();
  }

  @Test
  void aPoolsDockerAndNetworkSettingsReachDockerd() {
    var runner =
        runners(
            """
            runners:
            - name: p
              interSandboxTraffic: Allowed
              resourceLimits: Enforced
              sandboxNetwork: {subnet: 10.5.0.0/16, bridgeIp: 10.6.0.1/16, dns: [9.9.9.9], mtu: 1380}
              docker: {registryMirrors: ['https://m.io'], insecureRegistries: ['r.io:5000']}
            """);
    var daemon = daemonJson(runner);

    assertThat(runner.env())
        .containsEntry("INTER_SANDBOX_NETWORK_ENABLED", "true")
        .containsEntry("RESOURCE_LIMITS_DISABLED", "false")
        .containsEntry("SANDBOX_SUBNET", "10.5.0.0/16")
        .containsEntry("SANDBOX_MTU", "1380");
    assertThat(daemon.get("bip").asText()).isEqualTo("10.6.0.1/16");
    assertThat(daemon.get("dns").get(0).asText()).isEqualTo("9.9.9.9");
    assertThat(daemon.get("registry-mirrors").get(0).asText()).isEqualTo("https://m.io");
    assertThat(daemon.get("insecure-registries").get(1).asText()).isEqualTo("r.io:5000");
  }

  /** Whatever the policy, it is the operator that knows when a pod may be replaced. */
  @ParameterizedTest
  @ValueSource(strings = {"Drain", "Immediate", "OnDelete"})
  void theClusterNeverReplacesAPod(String policy) {
    var set =
        runners("runners: [{name: p, updatePolicy: {type: " + policy + "}}]")
            .only(StatefulSet.class);

    assertThat(set.getSpec().getUpdateStrategy().getType()).isEqualTo("OnDelete");
  }

  @Test
  void noPoolsMeanNoObjects() {
    assertThat(runners("runners: []").objects()).isEmpty();
  }

  private static JsonNode daemonJson(Rendered runners) {
    try {
      return new ObjectMapper()
          .readTree(runners.only(ConfigMap.class).getData().get("daemon.json"));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Rendered runners(String yaml) {
    return Rendered.of(new RunnerComponent(), PlatformInputs.of(yaml));
  }
}
