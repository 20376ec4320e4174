package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A certificate of somebody else's is judged as a browser will. */
class ServedCertificateTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> HOSTS =
      List.of(
          "daytona.example.org",
          "dex.daytona.example.org",
          "proxy.daytona.example.org",
          "*.proxy.daytona.example.org");

  private static Secret secret(String... names) {
    var random = new SecureRandom();
    var made = Certificate.authority("a", NOW, random).issue(Set.of(names), NOW, random);
    return new SecretBuilder()
        .addToData("tls.crt", base64(made.certificatePem()))
        .addToData("tls.key", base64(made.keyPem()))
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ServedCertificate.Judgement judge(Secret secret, Instant at) {
    return ServedCertificate.judge(secret, HOSTS, at);
  }

  private static String fault(Secret secret, Instant at) {
    return judge(secret, at).fault().orElseThrow();
  }

  private static final Secret COMPLETE =
      secret("daytona.example.org", "*.daytona.example.org", "*.proxy.daytona.example.org");

  @Test
  void one_that_covers_every_host_is_good_until_it_expires() {
    var judgement = judge(COMPLETE, NOW);

    assertThat(judgement.fault()).isEmpty();
    assertThat(judgement.next()).contains(Instant.parse(judgement.until()));
  }

  @Test
  void hosts_that_it_does_not_cover_are_named() {
    assertThat(fault(secret("daytona.example.org", "*.daytona.example.org"), NOW))
        .as("a wildcard stands for one label")
        .isEqualTo("does not cover *.proxy.daytona.example.org");
    assertThat(fault(secret("other.example.org"), NOW)).contains(HOSTS);
    assertThat(judge(secret(HOSTS.toArray(String[]::new)), NOW).fault()).isEmpty();
    assertThat(
            judge(
                    secret(
                        "DAYTONA.example.org",
                        "*.Daytona.example.org",
                        "*.proxy.daytona.example.org"),
                    NOW)
                .fault())
        .isEmpty();
  }

  @Test
  void out_of_its_time_it_is_said_when() {
    var early = NOW.minus(Duration.ofDays(1));

    assertThat(fault(COMPLETE, NOW.plus(Duration.ofDays(90)))).startsWith("expired on 2026-05-30T");
    assertThat(fault(COMPLETE, early)).startsWith("is not valid before 2026-03-01T");
    assertThat(judge(COMPLETE, early).next()).isPresent();
  }

  @Test
  void what_is_no_certificate_is_said_to_be_none() {
    var broken = new SecretBuilder().addToData("tls.crt", base64("nothing")).build();

    assertThat(fault(broken, NOW)).isEqualTo("tls.crt holds no certificate");
    assertThat(fault(new Secret(), NOW)).isEqualTo("tls.crt holds no certificate");
    var half = new SecretBuilder(COMPLETE).removeFromData("tls.key").build();
    assertThat(fault(half, NOW)).isEqualTo("tls.key is missing");
  }
}
