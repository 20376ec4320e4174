package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxy, SSH gateway and Dex, and what they and the API must agree on. */
class EdgeComponentsTest {

  @Test
  void theProxyWaitsForTheApiAndForItsOpenRequests() {
    var proxy = proxy("proxy: {shutdownTimeoutSeconds: 90}");
    var startup = proxy.container().getStartupProbe();

    assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
        .isGreaterThanOrEqualTo(360);
    assertThat(proxy.env()).containsEntry("SHUTDOWN_TIMEOUT_SEC", "90");
    assertThat(proxy.pod().getTerminationGracePeriodSeconds()).isEqualTo(100);
  }

  @Test
  void theProxyGetsNoCredentialThatItDoesNotUse() {
    assertThat(proxy("{}").env().values().stream().filter(it -> it.startsWith("secret:")))
        .containsExactlyInAnyOrder(
            "secret:dev-proxy/apiKey", "secret:dev-cache-credentials/password");
  }

  @Test
  void aConfidentialClientsSecretGoesToTheProxyAlone() {
    var yaml =
        """
        auth:
          type: External
          external: {issuerUrl: 'https://id.io', clientId: c, clientSecretRef: {name: s, key: k}}
        """;

    assertThat(proxy(yaml).env())
        .containsKey("OIDC_CLIENT_SECRET")
        .containsEntry("OIDC_CLIENT_ID", "c")
        .containsEntry("OIDC_AUDIENCE", "c");
    assertThat(api(yaml).env()).doesNotContainKey("OIDC_CLIENT_SECRET");
    assertThat(dex(yaml).objects()).isEmpty();
  }

  @Test
  void theGatewayHasBothKeysAndGoesAtOnce() {
    var gateway = Rendered.of(new SshGatewayComponent(), PlatformInputs.of("{}"));

    assertThat(gateway.env())
        .containsEntry("API_URL", "http://dev-api.ns.svc.cluster.local:3000/api")
        .containsEntry("API_KEY", "secret:dev-ssh-gateway/apiKey")
        .containsEntry("SSH_PRIVATE_KEY", "secret:dev-ssh-keys/gatewayPrivateKey")
        .containsEntry("SSH_HOST_KEY", "secret:dev-ssh-keys/hostKey");
    assertThat(gateway.pod().getTerminationGracePeriodSeconds()).isEqualTo(10);
    assertThat(
            Rendered.of(
                    new SshGatewayComponent(), PlatformInputs.of("sshGateway: {type: Disabled}"))
                .objects())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ports: {dex: 35999, api: 1234, proxy: 4321}}",
        "{type: Ingress, domain: d.io, tls: {type: SelfSigned}}"
      })
  void dexApiAndProxyAgreeOnIssuerClientAndRedirects(String exposure) throws Exception {
    var yaml = "exposure: " + exposure;
    var config =
        new ObjectMapper().readTree(dex(yaml).only(ConfigMap.class).getData().get("config.yaml"));
    var issuer = config.get("issuer").asText();
    var client = config.get("staticClients").get(0);
    var api = api(yaml).env();
    var proxy = proxy(yaml).env();

    assertThat(List.of(api.get("PUBLIC_OIDC_DOMAIN"), proxy.get("OIDC_PUBLIC_DOMAIN")))
        .containsOnly(issuer);
    assertThat(api.get("OIDC_ISSUER_BASE_URL"))
        .isEqualTo(proxy.get("OIDC_DOMAIN"))
        .isEqualTo("http://dev-dex.ns.svc.cluster.local:5556/dex");
    assertThat(List.of(api.get("OIDC_CLIENT_ID"), proxy.get("OIDC_CLIENT_ID")))
        .containsOnly(client.get("id").asText());
    assertThat(api.get("OIDC_AUDIENCE")).isEqualTo(client.get("id").asText());
    assertThat(api.get("PROXY_PROTOCOL")).isEqualTo(proxy.get("PROXY_PROTOCOL"));
    assertThat(
            StreamSupport.stream(client.get("redirectURIs").spliterator(), false)
                .map(uri -> uri.asText()))
        .contains(
            api.get("DASHBOARD_URL"),
            api.get("PROXY_PROTOCOL") + "://" + api.get("PROXY_DOMAIN") + "/callback")
        .containsExactlyElementsOf(PlatformInputs.of(yaml).endpoints().redirectUris());
  }

  @Test
  void apiAndItsClientsShareTheirKeys() {
    var api = api("{}").env();

    assertThat(proxy("{}").env().get("PROXY_API_KEY")).isEqualTo(api.get("PROXY_API_KEY"));
    assertThat(Rendered.of(new SshGatewayComponent(), PlatformInputs.of("{}")).env().get("API_KEY"))
        .isEqualTo(api.get("SSH_GATEWAY_API_KEY"));
  }

  @Test
  void dexReadsHashesFromSecretsAndItsConfigurationHoldsNone() {
    var yaml = "auth: {dex: {users: [{email: a@d.io}, {email: b@d.io, username: bee}]}}";
    var dex = dex(yaml);
    var config = dex.only(ConfigMap.class).getData().get("config.yaml");

    assertThat(config)
        .contains("\"hashFromEnv\" : \"USER_0_PASSWORD_HASH\"")
        .contains("\"username\" : \"bee\"")
        .contains("\"userID\" : \"id-2\"")
        .doesNotContain("\"hash\"", "$2a$");
    assertThat(dex.env())
        .containsEntry("USER_0_PASSWORD_HASH", "secret:dev-user-1/hash")
        .containsEntry("USER_1_PASSWORD_HASH", "secret:dev-user-2/hash");
  }

  @Test
  void dexOwnsItsDisk() {
    var dex = dex("{}");

    assertThat(dex.pod().getSecurityContext().getFsGroup()).isEqualTo(1001);
    assertThat(dex.pod().getSecurityContext().getRunAsUser()).isEqualTo(1001);
    assertThat(dex.container().getVolumeMounts()).extracting("mountPath").contains("/var/dex");
    assertThat(dex.only(PersistentVolumeClaim.class).getMetadata().getName()).isEqualTo("dev-dex");
  }

  @Test
  void aMigrationHasTheDatabasesCredentialAndNoOther() {
    var job = MigrationJobs.job(PlatformInputs.of("{}"), Step.MIGRATE_PRE_DEPLOY, "dev-m-1");
    var pod = job.getSpec().getTemplate().getSpec();
    var env = Rendered.env(pod.getContainers().getFirst());

    assertThat(pod.getContainers().getFirst().getCommand())
        .containsExactly("yarn", "migration:run:pre-deploy");
    assertThat(env)
        .containsEntry("DB_PORT", "5432")
        .containsEntry("PORT", "3000")
        .containsEntry("DB_PASSWORD", "secret:dev-database-credentials/password");
    assertThat(env.values().stream().filter(it -> it.startsWith("secret:"))).hasSize(1);
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1000);
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
        .containsEntry(Labels.STEP, "migrate-pre-deploy");
  }

  @Test
  void yarnsDirectoryIsFilledAndWritable() {
    var pod =
        MigrationJobs.job(PlatformInputs.of("{}"), Step.MIGRATE_INIT, "dev-m-1")
            .getSpec()
            .getTemplate()
            .getSpec();
    var copy = pod.getInitContainers().getFirst();
    var mount =
        pod.getContainers().getFirst().getVolumeMounts().stream()
            .filter(it -> it.getMountPath().equals("/daytona/.yarn"))
            .findFirst()
            .orElseThrow();

    assertThat(copy.getCommand().getLast()).contains("cp -R /daytona/.yarn/. /yarn/");
    assertThat(copy.getVolumeMounts()).extracting("name").contains(mount.getName());
    assertThat(mount.getReadOnly()).isNull();
  }

  private static Rendered api(String yaml) {
    return Rendered.of(new ApiComponent(), PlatformInputs.of(yaml));
  }

  private static Rendered proxy(String yaml) {
    return Rendered.of(new ProxyComponent(), PlatformInputs.of(yaml));
  }

  private static Rendered dex(String yaml) {
    return Rendered.of(new DexComponent(), PlatformInputs.of(yaml));
  }
}
