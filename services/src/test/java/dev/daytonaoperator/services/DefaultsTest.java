package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultsTest {

  private static final String EXTERNAL =
      """
      auth: {type: External, external: {issuerUrl: 'https://id.example.org/'}}
      database: {type: External, external: {host: pg, credentialsSecretRef: {name: a}}}
      cache: {type: External, external: {host: redis}}
      objectStorage: {type: External, external: {endpoint: 'https://s3.example.org'}}
      registry: {type: External, external: {url: 'https://reg.example.org'}}
      mail: {type: Smtp, smtp: {host: smtp, from: a@example.org}}
      tracing: {type: Otlp, otlp: {endpoint: 'http://otel:4318'}}
      exposure:
        {type: Ingress, domain: d.example.org,
         tls: {type: CertManager, certManager: {issuerRef: {name: ca}}}}
      """;

  @Test
  void onlyTheDocumentedMembersStayAbsent() {
    assertThat(absent("", PlatformInputs.spec("{}")))
        .containsExactlyInAnyOrder(
            "version",
            "images.registry",
            "exposure.domain",
            "exposure.hosts.api",
            "exposure.hosts.proxy",
            "exposure.hosts.dex",
            "exposure.hosts.ssh",
            "exposure.toolboxBaseUrl",
            "exposure.nodePort.api",
            "exposure.nodePort.proxy",
            "exposure.nodePort.dex",
            "exposure.nodePort.ssh",
            "exposure.ingress.className",
            "exposure.tls.certManager",
            "exposure.tls.secret",
            "proxy.cookieDomain",
            "runners[0].image",
            "runners[0].storage.storageClassName",
            "runners[0].storage.existingClaim",
            "runners[0].gpu",
            "runners[0].runtimeClassName",
            "runners[0].sandboxNetwork.mtu",
            "runners[0].pod",
            "auth.dex.users[0].passwordSecretRef",
            "auth.dex.storage.storageClassName",
            "auth.dex.storage.existingClaim",
            "auth.external",
            "database.bundled.storage.storageClassName",
            "database.bundled.storage.existingClaim",
            "database.bundled.passwordSecretRef",
            "database.external",
            "cache.bundled.storage.storageClassName",
            "cache.bundled.storage.existingClaim",
            "cache.bundled.passwordSecretRef",
            "cache.external",
            "objectStorage.bundled.storage.storageClassName",
            "objectStorage.bundled.storage.existingClaim",
            "objectStorage.bundled.credentialsSecretRef",
            "objectStorage.bundled.publicEndpoint",
            "objectStorage.external",
            "registry.bundled.storage.storageClassName",
            "registry.bundled.storage.existingClaim",
            "registry.bundled.credentialsSecretRef",
            "registry.bundled.garbageCollection",
            "registry.external",
            "mail.smtp",
            "tracing.otlp",
            "security.encryptionSecretRef",
            "security.adminApiKeySecretRef",
            "security.sshKeys.secretRef");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", EXTERNAL, "runners: [{name: gpu, gpu: {}}, {name: cpu}]"})
  void resolvingAResolvedSpecChangesNothing(String yaml) {
    var once = PlatformInputs.spec(yaml);

    assertThat(Defaults.resolve(once)).isEqualTo(once);
  }

  @Test
  void membersOfExternalServicesAreFilledToo() {
    var spec = PlatformInputs.spec(EXTERNAL);

    assertThat(spec.auth().external().audience()).isEqualTo("daytona");
    assertThat(spec.database().external().port()).isEqualTo(5432);
    assertThat(spec.cache().external().port()).isEqualTo(6379);
    assertThat(spec.objectStorage().external().accountId()).isEqualTo("/");
    assertThat(spec.mail().smtp().port()).isEqualTo(587);
    assertThat(spec.exposure().tls().certManager().issuerRef().kind()).isNotNull();
    assertThat(spec.database().bundled()).isNull();
  }

  @Test
  void noListMeansOnePoolAndAnEmptyListNone() {
    assertThat(PlatformInputs.spec("{}").runners())
        .extracting(RunnerPool::name)
        .containsExactly("default");
    assertThat(PlatformInputs.spec("runners: []").runners()).isEmpty();
  }

  @Test
  void theAdminKeyCanCreateSandboxes() {
    var quotas =
        PlatformInputs.spec("sandboxes: {adminQuotas: {snapshots: 5}}").sandboxes().adminQuotas();

    assertThat(absent("", quotas)).isEmpty();
    assertThat(quotas.totalCpu()).isPositive();
    assertThat(quotas.maxMemoryGiBPerSandbox()).isPositive();
  }

  @Test
  void aUserIsNamedAfterTheMailAddressAndIsNoAdminUnlessSaid() {
    var user =
        PlatformInputs.spec("auth: {dex: {users: [{email: ann@example.org}]}}")
            .auth()
            .dex()
            .users()
            .getFirst();

    assertThat(user.username()).isEqualTo("ann");
    assertThat(user.role()).hasToString("User");
  }

  @Test
  void whatIsGivenIsKept() {
    DaytonaInstallationSpec spec =
        PlatformInputs.spec(
            """
            sandboxes: {quotas: {totalCpu: 7}}
            database: {bundled: {storage: {size: 1Ti}}}
            """);

    assertThat(spec.sandboxes().quotas().totalCpu()).isEqualTo(7);
    assertThat(spec.sandboxes().quotas().totalMemoryGiB()).isEqualTo(10);
    assertThat(spec.database().bundled().storage().size()).isEqualTo("1Ti");
  }

  /** Paths of absent members, through records and lists. */
  private static List<String> absent(String path, @Nullable Object value) {
    if (value == null) {
      return List.of(path);
    }
    var found = new ArrayList<String>();
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        found.addAll(absent(path + "[" + i + "]", list.get(i)));
      }
    } else if (value instanceof Record) {
      for (var component : value.getClass().getRecordComponents()) {
        try {
          found.addAll(
              absent(
                  path.isEmpty() ? component.getName() : path + "." + component.getName(),
                  component.getAccessor().invoke(value)));
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
    return found;
  }
}
