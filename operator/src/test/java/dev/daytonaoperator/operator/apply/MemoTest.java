package dev.daytonaoperator.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoTest {

  private static Memo memo(String version, boolean seen) {
    return new Memo("hash", "fingerprint", version, seen, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 9, true",
    "10, 10, false",
    "9, 10, false",
    "100000000000000000, 99999999999999999, true"
  })
  void versions_are_compared_as_numbers(String ours, String theirs, boolean newer) {
    assertThat(memo(ours, false).newerThan(theirs)).isEqualTo(newer);
    assertThat(memo(ours, true).newerThan(theirs)).isEqualTo(newer);
  }

  @Test
  void versions_that_are_no_numbers_are_newer_until_the_write_was_seen() {
    assertThat(memo("b", false).newerThan("a")).isTrue();
    assertThat(memo("a", false).newerThan("b")).isTrue();
    assertThat(memo("a", false).newerThan("a")).isFalse();
    assertThat(memo("b", true).newerThan("a")).isFalse();
  }

  @Test
  void seeing_a_newer_state_keeps_what_was_written() {
    assertThat(memo("5", false).seenAt("7"))
        .isEqualTo(new Memo("hash", "fingerprint", "7", true, 0));
  }
}
