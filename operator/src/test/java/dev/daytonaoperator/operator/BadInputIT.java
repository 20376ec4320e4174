package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What passes the schema and cannot work yet: the platform goes on, the status names the field. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {

  private final ControlPlane controlPlane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final InstallationHand hand;
  private final OperatorCalls calls;
  private final RunningOperator operator;

  BadInputIT(
      ControlPlane controlPlane,
      AuditLog audit,
      KubernetesClient client,
      Namespaces namespaces,
      TestNamespace namespace) {
    this.controlPlane = controlPlane;
    this.audit = audit;
    this.client = client;
    this.namespaces = namespaces;
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    calls = new OperatorCalls(audit, namespace.name());
    operator = RunningOperator.in(controlPlane, namespace.name());
  }

  @BeforeAll
  void installed() {
    hand.apply("{}");
    hand.awaitReady();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @BeforeEach
  void back_to_the_beginning() {
    hand.apply("{}");
    hand.awaitReady();
    calls.awaitQuiet();
    calls.restart();
  }

  @Test
  void a_missing_secret_is_named_and_heals_when_it_appears() {
    hand.apply("security: {adminApiKeySecretRef: {name: admin-of-mine, key: apiKey}}");
    var waiting =
        hand.await(
            "says SecretNotFound",
            r ->
                InstallationHand.condition(r, "Ready")
                    .filter(c -> c.getReason().equals("SecretNotFound"))
                    .isPresent());
    assertThat(InstallationHand.condition(waiting, "Ready").orElseThrow().getMessage())
        .contains("spec.security.adminApiKeySecretRef", "admin-of-mine");
    assertThat(
            InstallationHand.condition(waiting, "CredentialsAvailable").orElseThrow().getStatus())
        .isEqualTo("False");
    assertThat(waiting.getStatus().components()).as("what runs is still told").hasSize(14);
    calls.awaitQuiet();
    assertThat(calls.childWrites()).as("the running platform is untouched").isEmpty();

    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(hand.namespace)
                .withName("admin-of-mine")
                .endMetadata()
                .withStringData(Map.of("apiKey", "a-key-of-mine-0123456789"))
                .build())
        .create();
    hand.awaitReady();
  }

  @Test
  void an_unknown_version_stalls_and_heals() {
    hand.apply("version: v0.1.0");
    var stalled = hand.awaitStalled("UnknownVersion");
    assertThat(stalled.getMessage()).contains("spec.version", "v0.1.0", "v0.189.0");
    calls.awaitQuiet();
    assertThat(calls.childWrites()).isEmpty();
    hand.apply("{}");
    hand.awaitReady();
  }

  /**
   * Two legal steps go around the schema's rule: the record of what the data were made with does
   * not.
   */
  @Test
  void a_changed_immutable_field_stalls() {
    hand.apply("{}");
    hand.recreate("sandboxes: {defaultRegion: {id: eu, name: eu}}");
    var stalled = hand.awaitStalled("ImmutableFieldChanged");
    assertThat(stalled.getMessage()).contains("spec.sandboxes.defaultRegion", "eu", "us");
    hand.recreate("{}");
    hand.awaitReady();
  }

  @Test
  void a_namespace_that_forbids_privileged_pods_is_told_before_anything_is_made() {
    var restricted = namespaces.enforcing("restricted").name();
    try (var other = RunningOperator.in(controlPlane, restricted)) {
      var inRestricted = new InstallationHand(client, restricted, "daytona");
      var otherCalls = new OperatorCalls(audit, restricted);
      inRestricted.apply("mode: Running");
      var stalled = inRestricted.awaitStalled("NamespaceNotPrivileged");
      assertThat(stalled.getMessage()).contains("spec.runners", "restricted");
      assertThat(otherCalls.childWrites()).isEmpty();
      assertThat(inRestricted.ids()).isEmpty();

      inRestricted.apply("mode: Running\nrunners: []");
      var ready = inRestricted.awaitReady();
      assertThat(ready.getStatus().summary()).isEqualTo("13/13");
    }
  }

  @Test
  void a_lost_database_is_not_papered_over_with_an_empty_one() {
    hand.apply("mode: Stopped");
    hand.awaitReady();
    var claims =
        client.persistentVolumeClaims().inNamespace(hand.namespace).withName("daytona-database");
    var before = claims.get();
    claims.delete();
    calls.restart();
    var stalled = hand.awaitStalled("DataLost");
    assertThat(stalled.getMessage()).contains("daytona-database");
    calls.awaitQuiet();
    assertThat(calls.childWrites()).isEmpty();

    // A backup brings it back with the labels that it had.
    before.getMetadata().setUid(null);
    before.getMetadata().setResourceVersion(null);
    before.getMetadata().setDeletionTimestamp(null);
    before.getMetadata().setFinalizers(null);
    before.getSpec().setVolumeName(null);
    before
        .getMetadata()
        .getAnnotations()
        .keySet()
        .removeIf(key -> key.startsWith("pv.kubernetes.io"));
    client.resource(before).create();
    hand.apply("mode: Running");
    hand.awaitReady();
  }
}
