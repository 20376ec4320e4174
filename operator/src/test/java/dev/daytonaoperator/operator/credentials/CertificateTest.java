package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Set<String> HOSTS =
      Set.of(
          "daytona.example.org",
          "proxy.daytona.example.org",
          "*.proxy.daytona.example.org",
          "192.0.2.7");

  private final SecureRandom random = new SecureRandom();
  private final Certificate authority = Certificate.authority("daytona", NOW, random);
  private final Certificate server = authority.issue(HOSTS, NOW, random);

  @Test
  void the_chain_is_valid_to_a_standard_validator() throws Exception {
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));
    var path =
        CertificateFactory.getInstance("X.509").generateCertPath(List.of(server.certificate()));

    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
    assertThat(authority.certificate().getBasicConstraints()).isZero();
    assertThat(server.certificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(server.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
  }

  @Test
  void every_host_is_named_with_wildcard_and_address() {
    assertThat(server.hosts()).containsExactlyInAnyOrderElementsOf(HOSTS);
  }

  @Test
  void the_server_renews_after_two_thirds_of_90_days_the_authority_lasts_ten_years() {
    assertThat(server.expires())
        .isBetween(NOW.plus(Duration.ofDays(89)), NOW.plus(Duration.ofDays(90)));
    assertThat(server.renews())
        .isBetween(NOW.plus(Duration.ofDays(59)), NOW.plus(Duration.ofDays(60)));
    assertThat(authority.expires()).isAfter(NOW.plus(Duration.ofDays(3649)));
  }

  @Test
  void it_survives_pem_and_its_key_still_signs_for_it() throws Exception {
    var read = Certificate.parse(server.certificatePem(), server.keyPem()).orElseThrow();

    assertThat(read).isEqualTo(server);
    assertThat(server.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(read.key());
    signature.update((byte) 1);
    var signed = signature.sign();
    signature.initVerify(server.certificate());
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        read.key(),
        new char[0],
        new java.security.cert.Certificate[] {read.certificate()});
    assertThat(store.containsAlias("server")).isTrue();
  }

  @Test
  void another_authority_is_told_apart_and_damage_is_no_certificate() {
    assertThat(server.signedBy(authority)).isTrue();
    assertThat(server.signedBy(Certificate.authority("daytona", NOW, random))).isFalse();
    assertThat(Certificate.parse("", "")).isEmpty();
    assertThat(Certificate.parse(server.certificatePem(), "nonsense")).isEmpty();
    assertThat(Certificate.parse(server.certificatePem().substring(0, 200), server.keyPem()))
        .isEmpty();
  }

  @Test
  void the_key_is_not_in_its_text_form() {
    assertThat(server.toString()).isEqualTo("Certificate[CN=Daytona]");
  }
}
