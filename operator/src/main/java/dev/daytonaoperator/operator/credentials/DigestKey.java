package dev.daytonaoperator.operator.credentials;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Keyed digests of values. Without the key a digest on a pod says nothing of a weak password, as a
 * plain hash would.
 */
final class DigestKey {

  private static final int HEX_DIGITS = 32;

  private final byte[] key;

  DigestKey(String key) {
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  /** HMAC-SHA256 of a value, in hex, shortened to 128 bits. */
  String of(String value) {
    var mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(key));
    var bytes = value.getBytes(StandardCharsets.UTF_8);
    mac.update(bytes, 0, bytes.length);
    var digest = new byte[mac.getMacSize()];
    mac.doFinal(digest, 0);
    return HexFormat.of().formatHex(digest).substring(0, HEX_DIGITS);
  }
}
