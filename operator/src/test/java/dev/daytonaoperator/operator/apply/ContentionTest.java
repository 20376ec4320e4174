package dev.daytonaoperator.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentionTest {

  private static final ObjectKey KEY = new ObjectKey("ConfigMap", "ns", "a");
  private static final ObjectKey OTHER = new ObjectKey("ConfigMap", "ns", "b");

  private final Contention contention = new Contention();
  private long now = 1_000_000;

  private void applied(int times, Duration apart) {
    for (int i = 0; i < times; i++) {
      contention.applied(KEY, "hash", "them", now);
      now += apart.toMillis();
    }
  }

  private Duration left() {
    return contention.pause(KEY, "hash", now).left();
  }

  @Test
  void five_writes_in_a_minute_are_no_fight() {
    applied(5, Duration.ofSeconds(1));
    assertThat(contention.pause(KEY, "hash", now).lasts()).isFalse();
  }

  @Test
  void the_sixth_begins_a_pause_of_ten_seconds_that_names_the_opponent() {
    applied(6, Duration.ZERO);

    assertThat(contention.pause(KEY, "hash", now))
        .isEqualTo(new Contention.Pause("them", Duration.ofSeconds(10)));
    now += 4_000;
    assertThat(left()).isEqualTo(Duration.ofSeconds(6));
    now += 6_000;
    assertThat(contention.pause(KEY, "hash", now).lasts()).isFalse();
  }

  @Test
  void six_writes_over_more_than_a_minute_are_no_fight() {
    applied(20, Duration.ofSeconds(13));
    assertThat(contention.pause(KEY, "hash", now).lasts()).isFalse();
  }

  @Test
  void pauses_double_up_to_five_minutes() {
    for (var expected : new int[] {10, 20, 40, 80, 160, 300, 300}) {
      applied(6, Duration.ZERO);
      assertThat(left()).isEqualTo(Duration.ofSeconds(expected));
      now += left().toMillis();
    }
  }

  @Test
  void after_a_minute_of_peace_pauses_are_short_again() {
    applied(6, Duration.ZERO);
    now += Duration.ofSeconds(10).toMillis();
    applied(6, Duration.ZERO);
    now += left().plus(Duration.ofMinutes(2)).toMillis();

    applied(6, Duration.ZERO);

    assertThat(left()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void another_intent_is_another_matter() {
    applied(6, Duration.ZERO);

    assertThat(contention.pause(KEY, "new", now).lasts()).isFalse();
    contention.applied(KEY, "new", "", now);
    assertThat(contention.pause(KEY, "new", now).lasts()).isFalse();
  }

  @Test
  void another_object_is_another_matter() {
    applied(6, Duration.ZERO);
    assertThat(contention.pause(OTHER, "hash", now).lasts()).isFalse();
  }

  @Test
  void an_opponent_who_leaves_no_name_is_remembered_from_before() {
    applied(5, Duration.ZERO);
    contention.applied(KEY, "hash", "", now);
    assertThat(contention.pause(KEY, "hash", now).opponent()).isEqualTo("them");
  }

  @Test
  void what_is_no_longer_wanted_is_forgotten() {
    applied(6, Duration.ZERO);
    contention.keep(Set.of(OTHER));
    assertThat(contention.pause(KEY, "hash", now).lasts()).isFalse();
  }
}
