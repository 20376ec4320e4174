package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.daytonaoperator.api.v1alpha1.Security.SshKeys.Type;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshKeyTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void ed25519_is_an_openssh_pem_whose_public_half_is_the_authorized_key() throws Exception {
    var key = SshKey.generate(Type.Ed25519, random);

    var pem = decoded(key.privateKey());
    assertThat(pem).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n");
    var line = decoded(key.publicKey());
    assertThat(line).startsWith("ssh-ed25519 ").doesNotContain("\n");
    var privateKey =
        (Ed25519PrivateKeyParameters) OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(content(pem));
    var publicKey =
        (Ed25519PublicKeyParameters)
            OpenSSHPublicKeyUtil.parsePublicKey(Base64.getDecoder().decode(line.split(" ")[1]));
    assertThat(privateKey.generatePublicKey().getEncoded()).isEqualTo(publicKey.getEncoded());
  }

  @ParameterizedTest
  @EnumSource
  void values_are_one_line_of_base64(Type type) {
    var key = SshKey.generate(type, random);

    assertThat(key.privateKey()).matches("[A-Za-z0-9+/]+=*");
    assertThat(key.publicKey()).matches("[A-Za-z0-9+/]+=*");
  }

  @ParameterizedTest
  @EnumSource
  void what_was_made_can_be_read_back_unchanged(Type type) throws Exception {
    var key = SshKey.generate(type, random);

    for (var form : new String[] {key.privateKey(), decoded(key.privateKey())}) {
      var read = SshKey.parse(form);
      assertThat(read.privateKey()).isEqualTo(key.privateKey());
      assertThat(read.publicKey()).isEqualTo(key.publicKey());
    }
  }

  @Test
  void rsa_has_3072_bits() throws Exception {
    var pem = decoded(SshKey.generate(Type.Rsa, random).privateKey());

    assertThat(pem).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
    var key = (RSAPrivateCrtKeyParameters) OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(content(pem));
    assertThat(key.getModulus().bitLength()).isEqualTo(3072);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void ecdsa_in_both_pem_forms_gives_the_same_public_key(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    var key = generator.generateKeyPair().getPrivate();

    var sec1 = SshKey.parse(sec1(key));
    var pkcs8 = SshKey.parse(pem(new JcaPKCS8Generator(key, null)));

    assertThat(decoded(sec1.publicKey())).startsWith("ecdsa-sha2-nistp");
    assertThat(sec1.publicKey()).isEqualTo(pkcs8.publicKey());
  }

  @Test
  void margins_and_foreign_line_ends_are_tolerated() throws Exception {
    var key = SshKey.generate(Type.Ed25519, random);
    var pem = decoded(key.privateKey());

    assertThat(SshKey.parse("\n" + pem.replace("\n", "  \r\n") + "\n \n").privateKey())
        .isEqualTo(key.privateKey());
    var wrapped = Base64.getMimeEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    assertThat(SshKey.parse(wrapped + " \n").privateKey()).isEqualTo(key.privateKey());
  }

  @Test
  void an_authorized_key_is_recognised_in_either_form() throws Exception {
    var key = SshKey.generate(Type.Ed25519, random);
    var other = SshKey.generate(Type.Ed25519, random);

    assertThat(key.belongsTo(key.publicKey())).isTrue();
    assertThat(key.belongsTo(decoded(key.publicKey()).replace("daytona", "me@home") + "\n"))
        .isTrue();
    assertThat(key.belongsTo(other.publicKey())).isFalse();
  }

  @Test
  void a_passphrase_is_named_as_the_reason() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var key = generator.generateKeyPair().getPrivate();
    var header = new StringWriter();
    try (var writer = new JcaPEMWriter(header)) {
      writer.writeObject(
          key,
          new JcePEMEncryptorBuilder("AES-128-CBC")
              .setProvider(provider())
              .build("pw".toCharArray()));
    }
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
            .setProvider(provider())
            .setPassword("pw".toCharArray())
            .build();
    var openSsh =
        """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBsk7m0
        -----END OPENSSH PRIVATE KEY-----
        """;

    for (var text :
        new String[] {header.toString(), pem(new JcaPKCS8Generator(key, encryptor)), openSsh}) {
      assertThatThrownBy(() -> SshKey.parse(text))
          .isInstanceOf(SshKey.Unusable.class)
          .hasMessageContaining("passphrase");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tell no-one",
        "aGVsbG8=",
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n????"
      })
  void anything_else_is_refused_without_being_quoted(String text) {
    assertThatThrownBy(() -> SshKey.parse(text))
        .isInstanceOf(SshKey.Unusable.class)
        .hasNoCause()
        .message()
        .doesNotContain("tell no-one", "aGVsbG8", "c2VjcmV0", "????");
  }

  /** As OpenSSL writes it: with the curve, which Java's own encoding leaves to PKCS#8. */
  private static String sec1(PrivateKey key) throws Exception {
    var info = PrivateKeyInfo.getInstance(key.getEncoded());
    var inner = ECPrivateKey.getInstance(info.parsePrivateKey());
    var bits = (((java.security.interfaces.ECPrivateKey) key).getParams().getOrder()).bitLength();
    var complete =
        new ECPrivateKey(bits, inner.getKey(), info.getPrivateKeyAlgorithm().getParameters());
    return pem(new PemObject("EC PRIVATE KEY", complete.getEncoded()));
  }

  private static Provider provider() {
    return new BouncyCastleProvider();
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static byte[] content(String pem) throws Exception {
    try (var reader = new PemReader(new StringReader(pem))) {
      return reader.readPemObject().getContent();
    }
  }

  private static String pem(Object object) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
