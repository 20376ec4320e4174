package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.daytonaoperator.api.v1alpha1.Security.SshKeys.Type;
import dev.daytonaoperator.operator.credentials.Problem.Reason;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Credentials.DexUser;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is in the Secrets, and when it changes. */
@OnControlPlane
class CredentialContentsIT {

  private Scene scene;

  @BeforeEach
  void setUp(ControlPlane controlPlane, KubernetesClient hand, TestNamespace namespace) {
    scene = new Scene(controlPlane, hand, namespace.name());
  }

  @Test
  void a_dex_user_has_a_generated_password_its_hash_and_an_id_for_life() {
    var user = user(scene.installed(), "dev");

    assertThat(
            OpenBSDBCrypt.checkPassword(
                scene.value("dex-users", "dev.hash"),
                scene.value("dex-users", "dev.password").toCharArray()))
        .isTrue();
    assertThat(scene.state.userId("dev")).contains(user.userId());
    assertThat(user.password().key()).isEqualTo("dev.password");
    assertThat(user.passwordHash().key()).isEqualTo("dev.hash");
    assertThat(scene.values().values()).doesNotContain(user.userId());
  }

  @Test
  void a_hash_changes_with_its_password_only() {
    scene.userSecret("pw-" + scene.name, Map.of("p", "first"));
    scene.spec(
        "auth: {type: Dex, dex: {users: [{username: dev, passwordSecretRef: {name: pw-%s, key: p}}]}}"
            .formatted(scene.name));
    var first = user(scene.installed(), "dev");
    assertThat(scene.secret("dex-users").getData()).containsOnlyKeys("dev.hash", "dev.hmac");
    var hash = scene.value("dex-users", "dev.hash");
    scene.restarted();
    scene.ready();
    assertThat(scene.writes()).isEmpty();

    scene.hand.secrets().inNamespace(scene.namespace).withName("pw-" + scene.name).delete();
    scene.userSecret("pw-" + scene.name, Map.of("p", "second"));
    var second = user(scene.ready(), "dev");

    assertThat(scene.writes()).hasSize(1);
    assertThat(scene.value("dex-users", "dev.hash")).isNotEqualTo(hash);
    assertThat(second.passwordHash().digest()).isNotEqualTo(first.passwordHash().digest());
    assertThat(second.userId()).isEqualTo(first.userId());
  }

  @Test
  void a_user_who_is_removed_leaves_no_login_and_returns_with_the_same_id() {
    scene.spec("auth: {type: Dex, dex: {users: [{username: dev}, {username: ann}]}}");
    var ann = user(scene.installed(), "ann").userId();
    scene.spec("auth: {type: Dex, dex: {users: [{username: dev}]}}");
    scene.installed();
    assertThat(scene.secret("dex-users").getData())
        .containsOnlyKeys("dev.password", "dev.hash", "dev.hmac");

    scene.spec("auth: {type: Dex, dex: {users: [{username: ann}, {username: dev}]}}");
    var back = scene.installed();

    assertThat(user(back, "ann").userId()).isEqualTo(ann);
    assertThat(back.credentials().dexUsers().keySet()).containsExactly("ann", "dev");
  }

  @Test
  void a_password_that_bcrypt_would_cut_is_refused() {
    scene.userSecret("long-" + scene.name, Map.of("p", "x".repeat(73)));
    scene.spec(
        "auth: {type: Dex, dex: {users: [{username: dev, passwordSecretRef: {name: long-%s, key: p}}]}}"
            .formatted(scene.name));

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.CredentialsInvalid);
              assertThat(problem.path()).isEqualTo("spec.auth.dex.users[0].passwordSecretRef");
            });
  }

  @Test
  void the_registry_admits_the_user_that_others_present() {
    scene.ready();
    var user = scene.value("registry-credentials", "username");
    var password = scene.value("registry-credentials", "password");

    var line = scene.value("registry-auth", "htpasswd").split(":", 2);
    assertThat(line[0]).isEqualTo(user);
    assertThat(line[1]).startsWith("$2y$10$");
    assertThat(OpenBSDBCrypt.checkPassword(line[1], password.toCharArray())).isTrue();
    assertThat(decoded(scene.value("registry-auth", "basicAuth").substring("Basic ".length())))
        .isEqualTo(user + ":" + password);
    assertThat(scene.value("pgadmin-credentials", "pgpass"))
        .isEqualTo("db.example:5432:*:user:" + scene.value("database-credentials", "password"));
  }

  @Test
  void ssh_keys_of_the_user_are_brought_into_the_form_that_components_read() throws Exception {
    var gateway = SshKey.generate(Type.Ed25519, new SecureRandom());
    var host = SshKey.generate(Type.Ed25519, new SecureRandom());
    scene.userSecret(
        "ssh-" + scene.name,
        Map.of(
            "gatewayPrivateKey", decoded(gateway.privateKey()) + "\n",
            "gatewayPublicKey", decoded(gateway.publicKey()).replace("daytona", "me@home"),
            "hostKey", host.privateKey()));
    scene.spec("security: {sshKeys: {secretRef: {name: ssh-%s}}}".formatted(scene.name));

    var credentials = scene.installed().credentials();

    assertThat(scene.value("ssh-keys", "gatewayPrivateKey")).isEqualTo(gateway.privateKey());
    assertThat(scene.value("ssh-keys", "gatewayPublicKey")).isEqualTo(gateway.publicKey());
    assertThat(scene.value("ssh-keys", "hostKey")).isEqualTo(host.privateKey());
    assertThat(credentials.get(Credential.SSH_HOST_KEY).secretName())
        .isEqualTo(scene.secretName("ssh-keys"));
  }

  @Test
  void ssh_keys_that_do_not_fit_are_named() {
    var one = SshKey.generate(Type.Ed25519, new SecureRandom());
    var other = SshKey.generate(Type.Ed25519, new SecureRandom());
    scene.userSecret(
        "ssh-" + scene.name,
        Map.of(
            "gatewayPrivateKey", one.privateKey(),
            "gatewayPublicKey", other.publicKey(),
            "hostKey", "tell no-one"));
    scene.spec("security: {sshKeys: {secretRef: {name: ssh-%s}}}".formatted(scene.name));

    assertThat(scene.problems())
        .extracting(Problem::message)
        .containsExactly(
            "Secret ssh-%s, key gatewayPublicKey, is not the public key of gatewayPrivateKey"
                .formatted(scene.name),
            "Secret ssh-%s, key hostKey, is neither plain text of a key nor base64 of it"
                .formatted(scene.name));
  }

  @Test
  void the_public_ssh_key_follows_the_private_one() {
    scene.installed();
    var before = scene.value("ssh-keys", "gatewayPublicKey");
    scene.edit("ssh-keys", data -> data.remove("gatewayPublicKey"));
    scene.seen.catchUp();

    scene.ready();

    assertThat(scene.value("ssh-keys", "gatewayPublicKey")).isEqualTo(before);
  }

  @Test
  void the_server_certificate_is_renewed_under_the_same_authority() {
    scene.spec("exposure: {type: Localhost, tls: {type: SelfSigned}}");
    var certificates = scene.installed().certificates().orElseThrow();
    var authority = scene.value("ca", "tls.crt");
    var server = scene.value("tls", "tls.crt");
    assertThat(scene.secret("tls").getType()).isEqualTo("kubernetes.io/tls");
    assertThat(scene.value("tls", "ca.crt")).isEqualTo(authority);
    assertThat(Certificate.parse(server, scene.value("tls", "tls.key")).orElseThrow().hosts())
        .isEqualTo(
            Set.of(
                "daytona.example.org",
                "proxy.daytona.example.org",
                "*.proxy.daytona.example.org",
                "dex.daytona.example.org"));

    scene.now = certificates.renews().minusSeconds(1);
    scene.ready();
    assertThat(scene.writes()).isEmpty();
    scene.now = certificates.renews();
    var renewed = scene.ready().certificates().orElseThrow();

    assertThat(scene.writes()).hasSize(1);
    assertThat(renewed.expires()).isAfter(certificates.expires());
    assertThat(scene.value("ca", "tls.crt")).isEqualTo(authority);
    assertThat(scene.value("tls", "tls.crt")).isNotEqualTo(server);

    scene.now = scene.now.plus(Duration.ofDays(3600));
    scene.seen.catchUp();
    scene.ready();
    assertThat(scene.value("ca", "tls.crt")).as("an authority at its end").isNotEqualTo(authority);
  }

  @Test
  void a_host_that_is_added_gets_a_new_certificate() {
    scene.spec("exposure: {type: Localhost, tls: {type: SelfSigned}}");
    scene.spec("auth: {type: External, external: {issuerUrl: 'https://id.example.org'}}");
    scene.installed();

    scene.spec("auth: {type: Dex, dex: {users: [{username: dev}]}}");
    scene.installed();

    assertThat(
            Certificate.parse(scene.value("tls", "tls.crt"), scene.value("tls", "tls.key"))
                .orElseThrow()
                .hosts())
        .contains("dex.daytona.example.org");
  }

  @Test
  void each_runner_has_a_token_that_is_not_made_again_while_the_runner_is_known() {
    scene.runners(new RunnerIdentity("default", 0), new RunnerIdentity("gpu", 0));
    var tokens = scene.installed().credentials().runnerTokens();
    assertThat(tokens).containsOnlyKeys("default-0", "gpu-0");
    assertThat(scene.state.runners()).containsExactly("default-0", "gpu-0");
    scene.delete("runner-gpu-0");
    scene.seen.catchUp();

    assertThat(scene.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(Reason.CredentialsLost);
              assertThat(problem.path()).isEqualTo("spec.runners[name=gpu]");
            });

    scene.state = scene.state.withRunners(Set.of("default-0"));
    scene.ready();
    assertThat(scene.secret("runner-gpu-0")).isNotNull();
  }

  @Test
  void what_the_spec_no_longer_needs_is_deleted_if_free_and_kept_if_bound() {
    scene.runners(new RunnerIdentity("default", 0), new RunnerIdentity("default", 1));
    scene.installed();
    scene.userSecret("mine-" + scene.name, Map.of("u", "alice", "p", "pw"));
    scene.spec("tools: {pgadmin: {type: Disabled}, registryUi: {type: Enabled}}");
    scene.spec(
        "database: {type: External, external: {credentialsSecretRef: {name: mine-%s, usernameKey: u, passwordKey: p}}}"
            .formatted(scene.name));
    scene.runners(new RunnerIdentity("default", 0));

    var pruned = scene.store().prune(scene.needs(), scene.references(), scene.state);

    assertThat(pruned.deleted()).containsExactly(scene.secretName("pgadmin-credentials"));
    assertThat(pruned.retained())
        .containsExactly(
            scene.secretName("database-credentials"), scene.secretName("runner-default-1"));
    assertThat(scene.secret("pgadmin-credentials")).isNull();
    assertThat(scene.writes()).hasSize(1).allMatch(call -> call.startsWith("DELETE"));
    scene.seen.catchUp();
    scene.spec("dataRetention: {whenDeleted: Retain, whenScaled: Delete}");
    assertThat(scene.store().prune(scene.needs(), scene.references(), scene.state).deleted())
        .as("while the runner may have a row or a volume")
        .isEmpty();
    scene.state = scene.state.withRunners(Set.of("default-0"));
    assertThat(scene.store().prune(scene.needs(), scene.references(), scene.state).deleted())
        .containsExactly(scene.secretName("runner-default-1"));
  }

  @Test
  void a_secret_that_changed_since_it_was_seen_is_not_deleted() {
    scene.installed();
    scene.edit("pgadmin-credentials", data -> data.put("note", "bWluZQ=="));
    scene.spec("tools: {pgadmin: {type: Disabled}, registryUi: {type: Enabled}}");

    var pruned = scene.store().prune(scene.needs(), scene.references(), scene.state);

    assertThat(pruned.deleted()).isEmpty();
    assertThat(scene.secret("pgadmin-credentials")).isNotNull();
  }

  @Test
  void no_value_reaches_a_log_an_outcome_or_a_problem() {
    var logged = new ListAppender<ILoggingEvent>();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var level = root.getLevel();
    logged.start();
    root.addAppender(logged);
    root.setLevel(Level.TRACE);
    var texts = new StringBuilder();
    try {
      texts.append(scene.installed());
      scene.edit("proxy", Map::clear);
      scene.seen.catchUp();
      texts.append(scene.ready());
      scene.edit("encryption", Map::clear);
      scene.seen.catchUp();
      texts.append(scene.problems());
    } finally {
      root.detachAppender(logged);
      root.setLevel(level);
    }
    List.copyOf(logged.list)
        .forEach(
            event -> texts.append(event.getFormattedMessage()).append(event.getKeyValuePairs()));

    assertThat(texts).contains(scene.secretName("proxy"));
    assertThat(logged.list).isNotEmpty();
    scene
        .values()
        .forEach(
            (key, value) -> {
              if (!isPublic(key)) {
                assertThat(texts).as(key).doesNotContain(value);
                assertThat(texts)
                    .as(key)
                    .doesNotContain(
                        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
              }
            });
  }

  /** The registry's user name is a constant; keyed digests are made to be seen. */
  private static boolean isPublic(String key) {
    var digest =
        key.endsWith(".hmac") || (key.contains("-digest/") && !key.endsWith("-digest/key"));
    return digest || key.endsWith("/username");
  }

  private static DexUser user(CredentialOutcome.Ready ready, String name) {
    return Objects.requireNonNull(ready.credentials().dexUsers().get(name));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
