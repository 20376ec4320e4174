package dev.daytonaoperator.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RandomValuesTest {

  private final RandomValues random = new RandomValues(new SecureRandom());

  @Test
  void keys_need_no_escaping_and_do_not_look_like_a_jwt() {
    assertThat(random.key()).matches("[A-Za-z0-9]{43}");
    assertThat(random.password()).matches("[A-Za-z0-9]{32}");
    assertThat(random.text(20)).matches("[A-Za-z0-9]{20}");
  }

  @Test
  void ten_thousand_keys_are_different() {
    var keys = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      keys.add(random.key());
    }
    assertThat(keys).hasSize(10_000);
  }

  @Test
  void user_ids_are_random_uuids() {
    for (int i = 0; i < 100; i++) {
      var uuid = UUID.fromString(random.uuid());
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
    }
  }
}
