package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.Security;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * An SSH key in the forms that gateway and runner read (contract 4.2): base64 of an unencrypted
 * PEM, and base64 of one authorized_keys line, both without line breaks.
 */
final class SshKey {

  /** Why a key that a user brought cannot be used; the message holds nothing of the key. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  private static final String COMMENT = "daytona";
  private static final int RSA_BITS = 3072;
  private static final String MAGIC = "openssh-key-v1\0";

  private final String pem;
  private final byte[] publicBlob;

  private SshKey(String pem, byte[] publicBlob) {
    this.pem = pem;
    this.publicBlob = publicBlob;
  }

  static SshKey generate(Security.SshKeys.Type type, SecureRandom random) {
    try {
      return switch (type) {
        case Ed25519 -> {
          var key = new Ed25519PrivateKeyParameters(random);
          var content = OpenSSHPrivateKeyUtil.encodePrivateKey(key);
          setCheckNumber(content, random.nextInt());
          yield new SshKey(pem("OPENSSH PRIVATE KEY", content), publicBlob(key));
        }
        case Rsa -> {
          var key = rsa(random);
          var content = OpenSSHPrivateKeyUtil.encodePrivateKey(key);
          yield new SshKey(pem("RSA PRIVATE KEY", content), publicBlob(key));
        }
      };
    } catch (IOException | Unusable e) {
      throw new IllegalStateException("cannot make an SSH key", e);
    }
  }

  /**
   * The number that stands twice before the private part, by which a reader of an encrypted key
   * tells whether the passphrase fits. Bouncy Castle takes it from a source of its own; from the
   * given one, the same randomness makes the same text.
   */
  private static void setCheckNumber(byte[] openSsh, int number) {
    var content = ByteBuffer.wrap(openSsh).position(MAGIC.length());
    for (int field = 0; field < 3; field++) {
      skip(content); // cipher, key derivation and its options
    }
    content.getInt(); // one key follows
    skip(content); // its public part
    content.getInt(); // length of the private part
    content.putInt(number).putInt(number);
  }

  private static void skip(ByteBuffer content) {
    int length = content.getInt();
    content.position(content.position() + length);
  }

  /** Reads a private key as PEM, or as base64 of PEM. */
  static SshKey parse(String text) throws Unusable {
    var pem = plain(text, "-----BEGIN");
    try (var reader = new PemReader(new StringReader(pem))) {
      var object = reader.readPemObject();
      if (object == null) {
        throw new Unusable("is neither a PEM private key nor base64 of one");
      }
      return new SshKey(pem, publicBlob(privateKey(object)));
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      // The cause is dropped on purpose: a parser's message may quote its input.
      throw new Unusable("is not a readable private key");
    }
  }

  /** base64 of the PEM. */
  String privateKey() {
    return base64(pem);
  }

  /** base64 of the authorized_keys line. */
  String publicKey() {
    return base64(typeOf(publicBlob) + " " + encode(publicBlob) + " " + COMMENT);
  }

  /** Whether an authorized_keys line, or base64 of one, is this key's. */
  boolean belongsTo(String authorizedKey) throws Unusable {
    var words = plain(authorizedKey, "ssh-", "ecdsa-").split("\\s+");
    if (words.length < 2) {
      throw new Unusable("is neither an authorized_keys line nor base64 of one");
    }
    try {
      return Arrays.equals(publicBlob, Base64.getDecoder().decode(words[1]));
    } catch (IllegalArgumentException e) {
      throw new Unusable("is not a readable authorized_keys line");
    }
  }

  private static String plain(String text, String... beginnings) throws Unusable {
    var stripped = text.strip();
    if (Arrays.stream(beginnings).anyMatch(stripped::startsWith)) {
      return tidy(stripped);
    }
    try {
      var decoded = Base64.getMimeDecoder().decode(stripped);
      return tidy(new String(decoded, StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException e) {
      throw new Unusable("is neither plain text of a key nor base64 of it");
    }
  }

  /** Line ends and margins as files on disk have them. */
  private static String tidy(String text) {
    return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }

  private static AsymmetricKeyParameter privateKey(PemObject pem) throws IOException, Unusable {
    var protectedByHeader = false;
    for (Object header : pem.getHeaders()) {
      protectedByHeader |= ((PemHeader) header).getValue().contains("ENCRYPTED");
    }
    if (protectedByHeader || pem.getType().equals("ENCRYPTED PRIVATE KEY")) {
      throw new Unusable("is protected by a passphrase; store it without one");
    }
    return switch (pem.getType()) {
      case "PRIVATE KEY" -> PrivateKeyFactory.createKey(pem.getContent());
      case "OPENSSH PRIVATE KEY" -> openSsh(pem.getContent());
      case "RSA PRIVATE KEY" -> OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(pem.getContent());
      case "EC PRIVATE KEY" -> sec1(pem.getContent());
      default -> throw new Unusable("is not a private key but a " + kind(pem.getType()));
    };
  }

  private static String kind(String pemType) {
    return pemType.contains("PUBLIC") ? "public key" : "PEM of another kind";
  }

  /** The cipher's name is the first field after the magic: "none" without a passphrase. */
  private static AsymmetricKeyParameter openSsh(byte[] content) throws Unusable {
    var cipher = MAGIC.length();
    var none = new byte[] {0, 0, 0, 4, 'n', 'o', 'n', 'e'};
    if (content.length < cipher + none.length
        || !Arrays.equals(content, cipher, cipher + none.length, none, 0, none.length)) {
      throw new Unusable("is protected by a passphrase; store it without one");
    }
    return OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(content);
  }

  private static AsymmetricKeyParameter sec1(byte[] content) throws IOException {
    var key = ECPrivateKey.getInstance(content);
    var algorithm =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject());
    return PrivateKeyFactory.createKey(new PrivateKeyInfo(algorithm, key));
  }

  private static byte[] publicBlob(AsymmetricKeyParameter key) throws IOException, Unusable {
    return OpenSSHPublicKeyUtil.encodePublicKey(
        switch (key) {
          case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
          case RSAPrivateCrtKeyParameters rsa ->
              new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
          case ECPrivateKeyParameters ec ->
              new ECPublicKeyParameters(
                  ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
          default -> throw new Unusable("is of a kind other than RSA, ECDSA and Ed25519");
        });
  }

  private static AsymmetricKeyParameter rsa(SecureRandom random) throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS, random);
      return PrivateKeyFactory.createKey(generator.generateKeyPair().getPrivate().getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no RSA", e);
    }
  }

  private static String pem(String label, byte[] content) throws IOException {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(label, content));
    }
    return tidy(text.toString());
  }

  private static String typeOf(byte[] blob) {
    int length = new BigInteger(1, Arrays.copyOf(blob, 4)).intValueExact();
    return new String(blob, 4, length, StandardCharsets.US_ASCII);
  }

  private static String base64(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
