package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.CommandLine;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the cluster does not give, by its own name and with what to do. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReasonsIT {

  private static final String LITTLE =
      """
      runners: []
      mail: {type: Disabled}
      tracing: {type: Disabled}
      tools: {pgadmin: {type: Disabled}, registryUi: {type: Disabled}}
      """;

  private final KubernetesClient client;
  private final AuditLog audit;
  private final InstallationHand volumes;
  private final InstallationHand quota;
  private final InstallationHand outside;
  private final RunningOperator operator;
  private final String growing = "growing-" + UUID.randomUUID();

  ReasonsIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.client = client;
    this.audit = audit;
    volumes = new InstallationHand(client, namespaces.create().name(), "daytona");
    quota = new InstallationHand(client, namespaces.create().name(), "daytona");
    outside = new InstallationHand(client, namespaces.create().name(), "daytona");
    controlPlane.installCrd();
    operator =
        RunningOperator.in(controlPlane, volumes.namespace, quota.namespace, outside.namespace);
  }

  /** A class that lets volumes grow, and one volume; the cluster's default lets none. */
  @BeforeAll
  void growing_class() {
    client
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName(growing)
                .endMetadata()
                .withProvisioner("example.org/none")
                .withAllowVolumeExpansion(true)
                .build())
        .create();
    client
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(growing)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(growing)
                .withCapacity(Map.of("storage", new Quantity("1Gi")))
                .withAccessModes("ReadWriteOnce")
                .withNewHostPath("/tmp/none", "DirectoryOrCreate")
                .endSpec()
                .build())
        .create();
  }

  @AfterAll
  void stop() {
    operator.close();
    client.storage().v1().storageClasses().withName(growing).delete();
    client.persistentVolumes().withName(growing).delete();
  }

  private static String database(String storage) {
    return LITTLE + "database: {bundled: {storage: " + storage + "}}";
  }

  private PersistentVolumeClaim claim(String name) {
    return client.persistentVolumeClaims().inNamespace(volumes.namespace).withName(name).get();
  }

  private static String message(DaytonaInstallation resource, String type) {
    return InstallationHand.condition(resource, type).orElseThrow().getMessage();
  }

  private static boolean says(DaytonaInstallation resource, String type, String reason) {
    return InstallationHand.condition(resource, type)
        .filter(c -> c.getReason().equals(reason))
        .isPresent();
  }

  @Test
  void volumes_that_are_refused_growth_say_so_and_are_adopted_as_they_are() {
    volumes.apply(database("{size: 1Gi}"));
    volumes.awaitReady();

    volumes.apply(database("{size: 2Gi}"));
    assertThat(volumes.awaitStalled("ClaimResizeRefused").getMessage())
        .contains("daytona-database", "allowVolumeExpansion", "with the size 1Gi");

    volumes.recreate(database("{size: 1Gi}"));
    volumes.awaitReady();

    volumes.recreate(database("{size: 500Mi}"));
    volumes.await(
        "says what the kept volume keeps",
        r -> r.getStatus().preflight().stream().anyMatch(p -> p.check().equals("VolumeSize")));
    volumes.awaitReady();
    assertThat(claim("daytona-database").getSpec().getResources().getRequests())
        .containsEntry("storage", new Quantity("1Gi"));
  }

  /** What a driver reports while it enlarges a volume, and when it cannot. */
  @Test
  void a_volume_that_grows_says_so_and_so_does_one_that_cannot() {
    var cache =
        LITTLE + "cache: {bundled: {storage: {size: %s, storageClassName: " + growing + "}}}";
    var grown = new InstallationHand(client, volumes.namespace, "growing");
    grown.apply(cache.formatted("1Gi"));
    grown.awaitReady();
    grown.apply(cache.formatted("2Gi"));
    condition("growing-cache", "FileSystemResizePending", "waiting for the node");
    grown.await("says that it grows", r -> message(r, "CacheReady").contains("become larger"));
    grown.awaitReady();

    condition("growing-cache", "ControllerResizeError", "no space left in pool");
    assertThat(grown.awaitStalled("ClaimResizeRefused").getMessage())
        .contains("growing-cache", "2Gi", "no space left in pool");
  }

  private void condition(String claim, String type, String message) {
    var status =
        "{\"status\":{\"conditions\":[{\"type\":\"%s\",\"status\":\"True\",\"message\":\"%s\"}]}}"
            .formatted(type, message);
    client
        .persistentVolumeClaims()
        .inNamespace(volumes.namespace)
        .withName(claim)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), status);
  }

  @Test
  void a_claim_without_storage_is_named() {
    var unbound = new InstallationHand(client, volumes.namespace, "unbound");
    unbound.apply(database("{storageClassName: nobodys}"));
    unbound.await("names the claim", r -> says(r, "DatabaseReady", "StorageNotBound"));
    assertThat(message(unbound.get(), "Ready")).contains("unbound-database", "'nobodys'");
  }

  @Test
  void pods_that_a_quota_forbids_are_told_with_its_words() {
    client
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(quota.namespace)
                .withName("no-pods")
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("pods", new Quantity("0")))
                .endSpec()
                .build())
        .create();
    var mark = audit.mark();
    quota.apply(LITTLE);

    quota.await("names the quota", r -> says(r, "DatabaseReady", "QuotaExceeded"));

    assertThat(message(quota.get(), "Ready")).contains("exceeded quota: no-pods", "pods=1");
    assertThat(
            audit.since(
                mark,
                c ->
                    c.namespace().equals(quota.namespace)
                        && c.resource().equals("events")
                        && c.verb().equals("list")
                        && c.userAgent().startsWith("daytona-operator")))
        .as("once for each StatefulSet")
        .hasSizeBetween(1, 5);
  }

  @Test
  void addresses_and_certificates_of_others_are_judged(@TempDir Path directory) {
    var exposure =
        LITTLE
            + "exposure: {type: Ingress, domain: daytona.example.org, tls: {type: Secret, secret:"
            + " {name: theirs}}}";
    outside.apply(exposure);
    outside.await("misses it", r -> says(r, "CertificatesReady", "SecretNotFound"));
    outside.await("has no address", r -> says(r, "ExposureReady", "AddressPending"));
    assertThat(message(outside.get(), "ExposureReady")).contains("Ingress daytona");
    outside.awaitReady();

    certificate(directory, "DNS:daytona.example.org,DNS:*.daytona.example.org");
    outside.await("judges it", r -> says(r, "CertificatesReady", "CertificateInvalid"));
    assertThat(message(outside.get(), "CertificatesReady"))
        .isEqualTo("Secret theirs: does not cover *.proxy.daytona.example.org");

    certificate(
        directory,
        "DNS:daytona.example.org,DNS:*.daytona.example.org,DNS:*.proxy.daytona.example.org");
    outside.await("takes it", r -> says(r, "CertificatesReady", "Ready"));

    var ingress =
        client.network().v1().ingresses().inNamespace(outside.namespace).withName("daytona");
    ingress.editStatus(
        live -> {
          live.getStatus()
              .setLoadBalancer(
                  new io.fabric8.kubernetes.api.model.networking.v1
                          .IngressLoadBalancerStatusBuilder()
                      .addNewIngress()
                      .withIp("192.0.2.1")
                      .endIngress()
                      .build());
          return live;
        });
    outside.await("is reached", r -> InstallationHand.is(r, "ExposureReady", "True"));
  }

  private void certificate(Path directory, String names) {
    try {
      new CommandLine(directory, Map.of())
          .run(
              Duration.ofSeconds(30),
              ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                      + " -subj /CN=d -keyout key.pem -out cert.pem -addext subjectAltName="
                      + names)
                  .split(" "))
          .orThrow();
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withNamespace(outside.namespace)
                  .withName("theirs")
                  .endMetadata()
                  .withType("kubernetes.io/tls")
                  .addToStringData("tls.crt", Files.readString(directory.resolve("cert.pem")))
                  .addToStringData("tls.key", Files.readString(directory.resolve("key.pem")))
                  .build())
          .serverSideApply();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
