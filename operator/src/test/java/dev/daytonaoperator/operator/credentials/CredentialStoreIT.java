package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.operator.credentials.Problem.Reason;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A credential is made once, whatever happens in between. */
@OnControlPlane
class CredentialStoreIT {

  private static final List<String> SECRETS =
      List.of(
          "admin",
          "cache-credentials",
          "database-credentials",
          "dex-users",
          "digest",
          "encryption",
          "health-check",
          "object-storage-access",
          "object-storage-credentials",
          "pgadmin-credentials",
          "proxy",
          "registry-auth",
          "registry-credentials",
          "runner-default-0",
          "ssh-gateway",
          "ssh-keys");

  private Scene scene;
  private Runnable another;

  @BeforeEach
  void setUp(ControlPlane controlPlane, KubernetesClient hand, TestNamespace namespace) {
    scene = new Scene(controlPlane, hand, namespace.name());
    another = () -> scene = new Scene(controlPlane, hand, namespace.name());
  }

  @Test
  void each_secret_is_posted_once_and_a_second_look_calls_nobody() {
    var first = scene.ready();

    assertThat(scene.calls.take())
        .hasSameSizeAs(SECRETS)
        .allMatch(call -> call.startsWith("POST "));
    assertThat(scene.ready().credentials()).isEqualTo(first.credentials());
    scene.seen.catchUp();
    assertThat(scene.ready().credentials()).isEqualTo(first.credentials());
    assertThat(scene.calls.take()).isEmpty();
    for (var suffix : SECRETS) {
      assertThat(scene.secret(suffix).getMetadata().getLabels())
          .containsEntry(Labels.ROLE, Labels.ROLE_CREDENTIAL)
          .containsEntry(Labels.INSTALLATION, scene.name)
          .containsKey(Labels.COMPONENT);
    }
  }

  @Test
  void every_reference_leads_to_a_value_and_the_digest_is_not_the_value() {
    var ready = scene.ready();

    assertThat(ready.credentials().byName()).hasSize(22);
    ready
        .credentials()
        .byName()
        .forEach(
            (credential, reference) -> {
              var value =
                  scene
                      .store()
                      .read(scene.owner(), scene.references(), reference)
                      .orElseThrow()
                      .reveal();
              assertThat(value).as(credential.name()).isNotBlank();
              assertThat(reference.digest()).matches("[0-9a-f]{32}").doesNotContain(value);
            });
  }

  @Test
  void an_operator_that_restarts_writes_nothing() {
    var before = scene.installed();
    scene.restarted();

    assertThat(scene.ready().credentials()).isEqualTo(before.credentials());
    assertThat(scene.calls.take()).isEmpty();
  }

  @Test
  void an_operator_that_restarts_before_the_echo_takes_over_what_is_there() {
    var before = scene.ready();
    var values = scene.values();
    scene.restarted();

    var outcome = scene.ready();

    assertThat(outcome.credentials()).isEqualTo(before.credentials());
    assertThat(scene.values()).isEqualTo(values);
  }

  @Test
  void dying_after_any_write_makes_no_value_twice() {
    for (int writes = 0; writes < SECRETS.size(); writes++) {
      another.run();
      scene.calls.dieAfter(writes);
      assertThatThrownBy(() -> scene.ensure())
          .hasStackTraceContaining(Calls.Killed.class.getName());
      var before = scene.values();
      scene.calls.dieAfter(Integer.MAX_VALUE);
      scene.restarted();
      scene.seen.catchUp();
      scene.calls.take();

      scene.ready();

      assertThat(scene.calls.take())
          .filteredOn(call -> call.startsWith("POST"))
          .hasSize(SECRETS.size() - writes);
      // Beside the digest key are digests of values that may have been lost unwritten.
      before.keySet().removeIf(key -> key.contains("-digest/") && !key.endsWith("/key"));
      assertThat(scene.values()).containsAllEntriesOf(before);
    }
  }

  @Test
  void bearer_keys_are_pairwise_different() {
    scene.runners(new RunnerIdentity("default", 0), new RunnerIdentity("default", 1));
    scene.ready();

    var bearers =
        List.of(
            scene.value("admin", "apiKey"),
            scene.value("proxy", "apiKey"),
            scene.value("ssh-gateway", "apiKey"),
            scene.value("health-check", "apiKey"),
            scene.value("encryption", "key"),
            scene.value("encryption", "salt"),
            scene.value("runner-default-0", "token"),
            scene.value("runner-default-1", "token"));
    assertThat(new HashSet<>(bearers)).hasSameSizeAs(bearers);
  }

  @Test
  void a_bound_secret_that_is_gone_is_never_made_again() {
    scene.installed();
    var lost = scene.secret("database-credentials");
    scene.delete("database-credentials");
    scene.delete("cache-credentials");
    scene.seen.catchUp();

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.CredentialsLost);
              assertThat(problem.path()).isEqualTo("spec.database.bundled.passwordSecretRef");
              assertThat(problem.message())
                  .contains(scene.secretName("database-credentials"), "password", "backup");
            });
    assertThat(scene.writes()).isEmpty();

    lost.getMetadata().setResourceVersion(null);
    lost.getMetadata().setUid(null);
    scene.hand.resource(lost).create();
    scene.seen.catchUp();
    scene.ready();
    assertThat(scene.calls.take()).hasSize(1);
  }

  @Test
  void the_database_volume_is_witness_enough_when_the_record_is_lost_too() {
    scene
        .hand
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(scene.namespace)
                .withName(scene.secretName("database"))
                .addToLabels(Labels.INSTALLATION, scene.name)
                .addToLabels(Labels.COMPONENT, "database")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .create();
    scene.seen.catchUp();

    assertThat(scene.problems())
        .extracting(Problem::reason)
        .hasSize(4)
        .containsOnly(Reason.CredentialsLost);
    assertThat(scene.writes()).isEmpty();
  }

  @Test
  void a_free_secret_that_is_gone_is_made_again_by_one_post() {
    scene.installed();
    var before = scene.value("proxy", "apiKey");
    scene.delete("proxy");
    scene.seen.catchUp();

    scene.ready();

    assertThat(scene.calls.take())
        .containsExactly("POST /api/v1/namespaces/" + scene.namespace + "/secrets");
    assertThat(scene.value("proxy", "apiKey")).isNotEqualTo(before);
  }

  @Test
  void a_secret_that_goes_before_its_echo_came_is_missed_after_a_while() {
    scene.ready();
    scene.delete("proxy");
    scene.calls.take();
    scene.ready();
    assertThat(scene.calls.take()).isEmpty();

    scene.now = scene.now.plus(Duration.ofSeconds(11));
    scene.ready();

    assertThat(scene.calls.take()).filteredOn(call -> call.startsWith("POST")).hasSize(1);
    assertThat(scene.secret("proxy")).isNotNull();
  }

  @Test
  void a_free_key_removed_by_hand_is_added_and_foreign_keys_stay() {
    scene.installed();
    var password = scene.value("pgadmin-credentials", "password");
    scene.edit(
        "pgadmin-credentials",
        data -> {
          data.remove("pgpass");
          data.put("note", "bWluZQ==");
        });
    scene.seen.catchUp();

    scene.ready();

    assertThat(scene.calls.take()).singleElement().asString().startsWith("PATCH ");
    assertThat(scene.secret("pgadmin-credentials").getData())
        .containsOnlyKeys("password", "pgpass", "note");
    assertThat(scene.value("pgadmin-credentials", "password")).isEqualTo(password);
  }

  @Test
  void a_bound_key_removed_by_hand_is_lost() {
    scene.installed();
    scene.edit("encryption", data -> data.remove("salt"));
    scene.seen.catchUp();

    assertThat(scene.problems())
        .extracting(Problem::reason)
        .containsExactly(Reason.CredentialsLost);
    assertThat(scene.calls.take()).isEmpty();
  }

  @Test
  void a_value_that_the_data_were_made_with_cannot_be_exchanged() {
    scene.installed();
    scene.edit("database-credentials", data -> data.put("password", "b3RoZXI="));
    scene.seen.catchUp();

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.CredentialsInvalid);
              assertThat(problem.message()).contains("PostgreSQL").doesNotContain("other.");
            });
  }

  @Test
  void a_change_by_another_hand_at_the_same_time_is_not_overwritten() {
    scene.installed();
    scene.edit("proxy", data -> data.clear());
    scene.seen.catchUp();
    scene.edit("proxy", data -> data.put("apiKey", "dGhlaXJz"));

    scene.ready();

    assertThat(scene.value("proxy", "apiKey")).isEqualTo("theirs");
  }

  @Test
  void owner_references_follow_the_retention_policy() {
    scene.installed();
    assertThat(owners()).isEmpty();

    scene.retain(false);
    scene.ready();
    assertThat(scene.calls.take()).hasSize(SECRETS.size()).allMatch(c -> c.startsWith("PATCH "));
    assertThat(owners()).hasSize(SECRETS.size()).containsOnly(scene.owner().uid());
    scene.ready();
    assertThat(scene.calls.take()).isEmpty();

    scene.seen.catchUp();
    scene.retain(true);
    scene.ready();
    assertThat(scene.calls.take()).hasSize(SECRETS.size());
    assertThat(owners()).isEmpty();
  }

  @Test
  void a_resource_that_is_created_again_finds_its_values() {
    scene.installed();
    var values = scene.values();
    scene.recreated();
    scene.seen.catchUp();

    scene.ready();

    assertThat(scene.calls.take()).isEmpty();
    assertThat(scene.values()).isEqualTo(values);
  }

  @Test
  void secrets_that_die_with_an_earlier_resource_are_waited_for() {
    scene.retain(false);
    scene.ready();
    scene.seen.catchUp();
    scene.recreated();
    scene.calls.take();

    assertThat(scene.ensure())
        .isInstanceOfSatisfying(
            CredentialOutcome.Waiting.class,
            waiting -> assertThat(waiting.secrets()).hasSize(SECRETS.size()));
    assertThat(scene.calls.take()).isEmpty();
  }

  @Test
  void a_strangers_secret_is_left_alone_and_named() {
    scene.userSecret(scene.secretName("proxy"), Map.of("apiKey", "not-ours"));

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.NameConflict);
              assertThat(problem.message())
                  .contains(scene.secretName("proxy"))
                  .doesNotContain("not-ours");
            });
    assertThat(scene.value("proxy", "apiKey")).isEqualTo("not-ours");

    scene.delete("proxy");
    scene.now = scene.now.plus(Duration.ofSeconds(11));
    scene.ready();
    assertThat(scene.value("proxy", "apiKey")).isNotEqualTo("not-ours");
  }

  @Test
  void external_data_stores_use_the_users_secrets_where_they_are() {
    scene.userSecret("mine", Map.of("u", "alice", "p", "a:b\\c"));
    var reference = "credentialsSecretRef: {name: mine, usernameKey: u, passwordKey: p}";
    scene.spec("database: {type: External, external: {" + reference + "}}");
    scene.spec("registry: {type: External, external: {" + reference + "}}");
    scene.spec("objectStorage: {type: External, external: {" + reference + "}}");
    scene.spec("cache: {type: External, external: {" + reference + "}}");

    var credentials = scene.ready().credentials();

    for (var credential :
        List.of(
            Credential.DATABASE_PASSWORD,
            Credential.REGISTRY_PASSWORD,
            Credential.OBJECT_STORAGE_SECRET_KEY,
            Credential.CACHE_PASSWORD)) {
      assertThat(credentials.get(credential).secretName()).isEqualTo("mine");
      assertThat(credentials.get(credential).key()).isEqualTo("p");
    }
    assertThat(credentials.find(Credential.OBJECT_STORAGE_ROOT_PASSWORD)).isEmpty();
    assertThat(credentials.find(Credential.REGISTRY_HTPASSWD)).isEmpty();
    assertThat(scene.value("pgadmin-credentials", "pgpass"))
        .isEqualTo("db.example:5432:*:alice:a\\:b\\\\c");
    assertThat(scene.value("registry-auth", "basicAuth")).isEqualTo("Basic YWxpY2U6YTpiXGM=");
    assertThat(scene.secret("database-credentials")).isNull();
    assertThat(scene.state.issued())
        .containsExactly("admin/apiKey", "encryption/key", "encryption/salt");
    scene.hand.secrets().inNamespace(scene.namespace).withName("mine").delete();
  }

  @Test
  void what_a_reference_lacks_is_said_by_path_secret_and_key() {
    scene.userSecret("half-" + scene.name, Map.of("empty", "", "blank", "tell-no-one\n"));
    var half = "half-" + scene.name;
    scene.spec(
        "database: {type: Bundled, bundled: {user: u, name: d, passwordSecretRef: {name: absent,"
            + " key: k}}}");
    scene.spec(
        "cache: {type: Bundled, bundled: {passwordSecretRef: {name: %s, key: none}}}"
            .formatted(half));
    scene.spec(
        "security: {adminApiKeySecretRef: {name: %s, key: empty}, encryptionSecretRef: {name: %s, keyKey: blank, saltKey: blank}}"
            .formatted(half, half));

    var problems = scene.problems();

    assertThat(problems)
        .extracting(problem -> problem.reason() + " " + problem.path() + ": " + problem.message())
        .containsExactlyInAnyOrder(
            "SecretNotFound spec.database.bundled.passwordSecretRef: Secret absent does not exist",
            "SecretKeyMissing spec.cache.bundled.passwordSecretRef: Secret %s, key none, does not exist"
                .formatted(half),
            "CredentialsInvalid spec.security.adminApiKeySecretRef: Secret %s, key empty, is empty"
                .formatted(half),
            "CredentialsInvalid spec.security.encryptionSecretRef: Secret %s, key blank, begins or ends with white space or a line break, which would be part of the value; store it without"
                .formatted(half),
            "CredentialsInvalid spec.security.encryptionSecretRef: Secret %s, key blank, begins or ends with white space or a line break, which would be part of the value; store it without"
                .formatted(half));
    assertThat(scene.calls.take()).isEmpty();
  }

  @Test
  void an_admin_key_that_equals_another_key_is_refused() {
    scene.installed();
    scene.userSecret("same-" + scene.name, Map.of("k", scene.value("health-check", "apiKey")));
    scene.spec("security: {adminApiKeySecretRef: {name: same-%s, key: k}}".formatted(scene.name));

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.CredentialsNotDistinct);
              assertThat(problem.path()).isEqualTo("spec.security.adminApiKeySecretRef");
              assertThat(problem.message())
                  .contains("same-" + scene.name, scene.secretName("health-check"))
                  .doesNotContain(scene.value("health-check", "apiKey"));
            });
    assertThat(scene.calls.take()).isEmpty();
  }

  @Test
  void an_admin_key_in_the_form_of_a_jwt_is_refused() {
    scene.userSecret("jwt-" + scene.name, Map.of("k", "abc.def.ghi"));
    scene.spec("security: {adminApiKeySecretRef: {name: jwt-%s, key: k}}".formatted(scene.name));

    assertThat(scene.problems())
        .extracting(Problem::reason)
        .containsExactly(Reason.CredentialsInvalid);
  }

  @Test
  void dropping_a_reference_does_not_put_a_new_value_in_its_place() {
    scene.userSecret("admin-" + scene.name, Map.of("k", "my-own-admin-key"));
    scene.spec("security: {adminApiKeySecretRef: {name: admin-%s, key: k}}".formatted(scene.name));
    scene.installed();
    scene.spec("security: {sshKeys: {type: Ed25519}}");

    assertThat(scene.problems())
        .extracting(Problem::reason)
        .containsExactly(Reason.CredentialsLost);
  }

  private List<String> owners() {
    return scene
        .hand
        .secrets()
        .inNamespace(scene.namespace)
        .withLabel(Labels.INSTALLATION, scene.name)
        .list()
        .getItems()
        .stream()
        .flatMap(secret -> secret.getMetadata().getOwnerReferences().stream())
        .map(OwnerReference::getUid)
        .toList();
  }
}
