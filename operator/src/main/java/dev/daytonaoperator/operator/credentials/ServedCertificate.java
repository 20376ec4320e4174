package dev.daytonaoperator.operator.credentials;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The certificate of a Secret that somebody else fills, as a browser will judge it. */
public final class ServedCertificate {

  /**
   * What was found.
   *
   * @param fault what is wrong with it, in words
   * @param until RFC 3339; empty when there is no certificate
   * @param next when time alone will change the judgement
   */
  public record Judgement(Optional<String> fault, String until, Optional<Instant> next) {}

  private ServedCertificate() {}

  /** Judges the first certificate of {@code tls.crt}, which is the server's. */
  public static Judgement judge(Secret secret, List<String> hosts, Instant now) {
    var data = Objects.requireNonNullElse(secret.getData(), Map.<String, String>of());
    var certificate = parse(data.getOrDefault("tls.crt", ""));
    if (certificate.isEmpty()) {
      return new Judgement(Optional.of("tls.crt holds no certificate"), "", Optional.empty());
    }
    if (data.getOrDefault("tls.key", "").isEmpty()) {
      return new Judgement(Optional.of("tls.key is missing"), "", Optional.empty());
    }
    var begins = certificate.get().getNotBefore().toInstant();
    var ends = certificate.get().getNotAfter().toInstant();
    if (!now.isBefore(ends)) {
      return fault("expired on " + ends, ends, Optional.empty());
    }
    if (now.isBefore(begins)) {
      return fault("is not valid before " + begins, ends, Optional.of(begins));
    }
    var names = names(certificate.get());
    var missing = hosts.stream().filter(host -> !covered(host, names)).toList();
    return missing.isEmpty()
        ? new Judgement(Optional.empty(), ends.toString(), Optional.of(ends))
        : fault("does not cover " + String.join(", ", missing), ends, Optional.of(ends));
  }

  private static Judgement fault(String fault, Instant ends, Optional<Instant> next) {
    return new Judgement(Optional.of(fault), ends.toString(), next);
  }

  private static Optional<X509Certificate> parse(String base64) {
    try {
      var bytes = Base64.getMimeDecoder().decode(base64);
      var factory = CertificateFactory.getInstance("X.509");
      return Optional.of(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty(); // told as such: what is in there is nobody's to read
    }
  }

  private static Set<String> names(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return Objects.requireNonNullElse(names, List.<List<?>>of()).stream()
          .map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());
    } catch (GeneralSecurityException e) {
      return Set.of();
    }
  }

  /** A wildcard stands for one label; a wildcard host needs the same one. */
  private static boolean covered(String host, Set<String> names) {
    var wanted = host.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return names.contains(wanted) || dot > 0 && names.contains("*" + wanted.substring(dot));
  }
}
