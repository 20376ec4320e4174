package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PasswordHashTest {

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @EnumSource
  void a_hash_admits_its_password_only(PasswordHash dialect) {
    var hash = dialect.of("correct horse", random);

    assertThat(OpenBSDBCrypt.checkPassword(hash, "correct horse".toCharArray())).isTrue();
    assertThat(OpenBSDBCrypt.checkPassword(hash, "correct horsf".toCharArray())).isFalse();
  }

  @Test
  void each_reader_gets_its_dialect_at_cost_10() {
    assertThat(PasswordHash.DEX.of("p", random)).startsWith("$2a$10$");
    assertThat(PasswordHash.HTPASSWD.of("p", random)).startsWith("$2y$10$");
  }

  @Test
  void length_counts_in_bytes() {
    assertThat(PasswordHash.tooLong("x".repeat(72))).isFalse();
    assertThat(PasswordHash.tooLong("x".repeat(73))).isTrue();
    assertThat(PasswordHash.tooLong("ü".repeat(37))).isTrue();
  }
}
