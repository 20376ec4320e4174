package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class SecretReferencesTest {

  private static java.util.Set<String> in(String yaml) {
    return SecretReferences.in(Serialization.unmarshal(yaml, DaytonaInstallationSpec.class));
  }

  @Test
  void every_secret_that_the_operator_has_to_read_is_found() {
    assertThat(
            in(
                """
                exposure: {tls: {type: Secret, secret: {name: tls}}}
                auth: {type: External, external: {issuerUrl: 'https://i', clientSecretRef: {name: oidc, key: k}}, dex: {users: [{email: a@b.c, passwordSecretRef: {name: user, key: k}}]}}
                database: {external: {host: h, credentialsSecretRef: {name: db, usernameKey: u, passwordKey: p}}}
                cache: {bundled: {passwordSecretRef: {name: cache, key: k}}}
                objectStorage: {external: {endpoint: e, credentialsSecretRef: {name: s3, usernameKey: u, passwordKey: p}}}
                registry: {external: {url: u, credentialsSecretRef: {name: reg, usernameKey: u, passwordKey: p}}}
                mail: {smtp: {host: h, from: f, passwordSecretRef: {name: mail, key: k}}}
                security: {encryptionSecretRef: {name: enc, keyKey: a, saltKey: b}, adminApiKeySecretRef: {name: admin, key: k}, sshKeys: {secretRef: {name: ssh}}}
                """))
        .containsExactly(
            "admin", "cache", "db", "enc", "mail", "oidc", "reg", "s3", "ssh", "tls", "user");
  }

  @Test
  void what_only_pods_read_is_left_to_the_kubelet() {
    assertThat(
            in(
                """
                images: {pullSecrets: [{name: regcred}]}
                components:
                  - name: proxy
                    pod:
                      extraEnv: [{name: A, valueFrom: {secretKeyRef: {name: env, key: k}}}]
                      extraVolumes: [{name: v, secret: {secretName: volume}}]
                """))
        .isEmpty();
    assertThat(in("{}")).isEmpty();
  }
}
