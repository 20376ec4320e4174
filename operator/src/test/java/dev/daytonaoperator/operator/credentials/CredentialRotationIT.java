package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a raised counter makes of the Secrets, and when. */
@OnControlPlane
class CredentialRotationIT {

  private Scene scene;

  @BeforeEach
  void setUp(ControlPlane controlPlane, KubernetesClient hand, TestNamespace namespace) {
    scene = new Scene(controlPlane, hand, namespace.name());
  }

  private void counters(String counters) {
    scene.spec("security: {sshKeys: {type: Ed25519}, rotation: {%s}}".formatted(counters));
  }

  private void seeded() {
    scene.installed();
    scene.state = scene.state.withSeeded();
    scene.installed();
  }

  private Set<String> changed(Map<String, String> before) {
    var now = scene.values();
    var names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), now.get(name)));
    var plain = new TreeSet<String>();
    names.forEach(name -> plain.add(name.substring(scene.name.length() + 1)));
    return plain;
  }

  @Test
  void counters_that_are_there_from_the_start_count_as_served() {
    counters("database: 3, registry: 3, proxyKey: 3, sshKeys: 3, runnerTokens: 3, ca: 3");
    seeded();
    var before = scene.values();

    scene.restarted();
    scene.ready();

    assertThat(scene.writes()).isEmpty();
    assertThat(changed(before)).isEmpty();
    for (var name : new String[] {"database", "registry", "proxyKey", "sshKeys", "runnerTokens"}) {
      assertThat(scene.state.rotation(name)).as(name).isEqualTo(3);
    }
  }

  @Test
  void what_was_served_is_not_served_again_when_the_resource_comes_again() {
    counters("proxyKey: 2");
    seeded();
    var state = scene.state;
    var before = scene.values();
    scene.recreated();
    scene.state = state;

    counters("proxyKey: 1");
    scene.ready();
    counters("proxyKey: 2");
    scene.ready();

    assertThat(changed(before)).isEmpty();
    assertThat(scene.state.rotation("proxyKey")).isEqualTo(2);
  }

  @Test
  void what_the_database_copies_waits_until_it_has() {
    scene.installed();
    var before = scene.values();

    counters("database: 1, adminApiKey: 1, registry: 1, objectStorage: 1, runnerTokens: 1");
    scene.ready();

    assertThat(scene.writes()).isEmpty();
    assertThat(scene.state.rotation("database")).isZero();
    scene.state = scene.state.withSeeded();
    scene.ready();
    assertThat(changed(before))
        .containsExactly(
            "admin/apiKey",
            "database-credentials/passwordNext",
            "object-storage-access/secretKeyNext",
            "object-storage-credentials/rootPassword",
            "registry-auth/basicAuth",
            "registry-auth/htpasswd",
            "registry-auth/htpasswd.hmac",
            "registry-credentials/password",
            "runner-default-0/token-1");
  }

  @Test
  void the_next_password_takes_its_place_when_the_step_is_done_and_not_before() {
    seeded();
    var before = scene.values();
    counters("database: 1");
    var begun = scene.ready();
    assertThat(scene.state.rotation("database")).as("not served yet").isZero();
    var next = begun.credentials().get(Credential.DATABASE_PASSWORD_NEXT);

    scene.seen.catchUp();
    scene.ready();
    assertThat(changed(before)).containsExactly("database-credentials/passwordNext");

    scene.state = scene.state.withStepDone(Step.DATABASE_PASSWORD.id(), next.digest());
    var done = scene.ready();
    assertThat(changed(before))
        .containsExactly(
            "database-credentials/password",
            "digest/database-credentials.password",
            "pgadmin-credentials/pgpass");
    assertThat(done.credentials().get(Credential.DATABASE_PASSWORD).digest())
        .isEqualTo(next.digest());
    assertThat(scene.state.rotation("database")).isEqualTo(1);
    assertThat(scene.state.occasions(Step.DATABASE_PASSWORD.id())).isEmpty();
  }

  @Test
  void dying_between_the_writes_of_a_promotion_loses_nothing() {
    for (int writes = 0; writes < 3; writes++) {
      scene.restarted();
      seeded();
      int counter = writes + 1;
      counters("database: " + counter);
      var next = scene.ready().credentials().get(Credential.DATABASE_PASSWORD_NEXT);
      scene.seen.catchUp();
      scene.state = scene.state.withStepDone(Step.DATABASE_PASSWORD.id(), next.digest());
      scene.calls.dieAfter(writes);
      assertThatThrownBy(() -> scene.ensure())
          .hasStackTraceContaining(Calls.Killed.class.getName());
      scene.calls.dieAfter(Integer.MAX_VALUE);
      scene.restarted();
      scene.seen.catchUp();

      var after = scene.ready();

      assertThat(after.credentials().get(Credential.DATABASE_PASSWORD).digest())
          .isEqualTo(next.digest());
      assertThat(scene.state.rotation("database")).isEqualTo(counter);
    }
  }

  @Test
  void a_second_raise_during_a_rotation_is_another_rotation() {
    seeded();
    counters("database: 1");
    var next = scene.ready().credentials().get(Credential.DATABASE_PASSWORD_NEXT);
    scene.seen.catchUp();

    counters("database: 2");
    scene.ready();
    scene.state = scene.state.withStepDone(Step.DATABASE_PASSWORD.id(), next.digest());
    scene.ready();
    assertThat(scene.state.rotation("database")).isEqualTo(1);
    scene.seen.catchUp();
    var second = scene.ready().credentials().get(Credential.DATABASE_PASSWORD_NEXT);
    assertThat(second.digest()).isNotEqualTo(next.digest());
  }

  @Test
  void the_authority_is_made_anew_with_what_it_signed() {
    scene.spec("exposure: {type: Localhost, tls: {type: SelfSigned}}");
    seeded();
    var before = scene.values();

    counters("ca: 1");
    scene.ready();

    assertThat(changed(before))
        .containsExactly("ca/tls.crt", "ca/tls.key", "tls/ca.crt", "tls/tls.crt", "tls/tls.key");
    assertThat(scene.writes()).hasSize(2);
  }

  @Test
  void a_secret_of_the_users_is_theirs_to_change() {
    scene.userSecret("own-" + scene.name, Map.of("key", "theirs"));
    scene.spec(
        "cache: {type: Bundled, bundled: {passwordSecretRef: {name: own-%s, key: key}}}"
            .formatted(scene.name));
    seeded();
    var before = scene.values();

    counters("cache: 1");
    scene.ready();

    assertThat(scene.writes()).isEmpty();
    assertThat(changed(before)).isEmpty();
    assertThat(scene.state.rotation("cache")).isEqualTo(1);
  }

  @Test
  void encryption_is_never_rotated() {
    seeded();
    var before = scene.values();

    counters("encryption: 1");
    scene.ready();

    assertThat(changed(before)).isEmpty();
  }

  @Test
  void looking_makes_nothing() {
    seeded();
    var before = scene.ready().credentials();
    counters("proxyKey: 1, database: 1");

    var planned = scene.store().plan(scene.needs(), scene.references(), scene.state).orElseThrow();

    assertThat(planned.credentials()).isEqualTo(before);
    assertThat(scene.writes()).isEmpty();
  }
}
