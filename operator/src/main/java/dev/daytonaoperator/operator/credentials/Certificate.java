package dev.daytonaoperator.operator.credentials;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** A certificate with its key (ECDSA P-256): the installation's own authority or its server's. */
record Certificate(X509Certificate certificate, PrivateKey key) {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration SERVER_LIFE = Duration.ofDays(90);

  /** Clocks of clients may be a little behind. */
  private static final Duration BACKDATING = Duration.ofMinutes(5);

  static Certificate authority(String installation, Instant now, SecureRandom random) {
    var name = name("Daytona " + installation + " authority");
    var pair = pair(random);
    try {
      var builder = builder(name, name, pair, now, AUTHORITY_LIFE, random);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return sign(builder, pair, pair.getPrivate(), random);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make an authority", e);
    }
  }

  /** A server certificate for these hosts (names, wildcards, addresses), signed by this one. */
  Certificate issue(Set<String> hosts, Instant now, SecureRandom random) {
    var pair = pair(random);
    var extensions = extensionUtils();
    try {
      // The subject of the authority must be taken over byte for byte for chains to match.
      var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
      var builder = builder(issuer, name("Daytona"), pair, now, SERVER_LIFE, random);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(certificate));
      return sign(builder, pair, key, random);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a server certificate", e);
    }
  }

  /** Reads both PEMs; empty when either is missing, damaged or does not fit the other's kind. */
  static Optional<Certificate> parse(String certificatePem, String keyPem) {
    try (var certificates = new PEMParser(new StringReader(certificatePem));
        var keys = new PEMParser(new StringReader(keyPem))) {
      if (certificates.readObject() instanceof org.bouncycastle.cert.X509CertificateHolder holder
          && keys.readObject() instanceof PrivateKeyInfo info) {
        return Optional.of(
            new Certificate(
                new JcaX509CertificateConverter().getCertificate(holder),
                new JcaPEMKeyConverter().getPrivateKey(info)));
      }
      return Optional.empty();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean signedBy(Certificate authority) {
    try {
      certificate.verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  Instant expires() {
    return certificate.getNotAfter().toInstant();
  }

  /** At two thirds of its life. */
  Instant renews() {
    var begins = certificate.getNotBefore().toInstant();
    return begins.plus(Duration.between(begins, expires()).multipliedBy(2).dividedBy(3));
  }

  Set<String> hosts() {
    try {
      var hosts = new TreeSet<String>();
      var names = certificate.getSubjectAlternativeNames();
      for (List<?> name : Objects.requireNonNullElse(names, List.<List<?>>of())) {
        hosts.add(String.valueOf(name.get(1)));
      }
      return hosts;
    } catch (GeneralSecurityException e) {
      return Set.of();
    }
  }

  String certificatePem() {
    return pem(certificate);
  }

  String keyPem() {
    try {
      return pem(new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The key stays out of logs. */
  @Override
  public String toString() {
    return "Certificate[" + certificate.getSubjectX500Principal() + "]";
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      KeyPair pair,
      Instant now,
      Duration life,
      SecureRandom random) {
    var begins = now.minus(BACKDATING);
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, random).add(BigInteger.ONE),
        Date.from(begins),
        Date.from(begins.plus(life)),
        subject,
        pair.getPublic());
  }

  private static Certificate sign(
      X509v3CertificateBuilder builder, KeyPair subject, PrivateKey signer, SecureRandom random)
      throws GeneralSecurityException {
    try {
      var signature =
          new JcaContentSignerBuilder("SHA256withECDSA").setSecureRandom(random).build(signer);
      return new Certificate(
          new JcaX509CertificateConverter().getCertificate(builder.build(signature)),
          subject.getPrivate());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static KeyPair pair(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  private static JcaX509ExtensionUtils extensionUtils() {
    try {
      return new JcaX509ExtensionUtils();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
  }

  private static GeneralNames names(Collection<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .sorted()
            .map(
                host ->
                    new GeneralName(
                        IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName,
                        host))
            .toArray(GeneralName[]::new));
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
