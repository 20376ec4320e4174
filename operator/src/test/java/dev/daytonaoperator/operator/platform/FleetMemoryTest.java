package dev.daytonaoperator.operator.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.platform.RunnerView.Resource;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered between two looks, so that what wavers is told once. */
class FleetMemoryTest {

  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

  private final FleetMemory memory = new FleetMemory();
  private final Rows rows = new Rows(NOW);

  private Set<Resource> filling(double disk, double ofMemory, Cliff cliff) {
    var row = rows.row("a-0", "ready", false, 60, disk, ofMemory, 0);
    return memory.look(row, true, cliff, NOW).filling();
  }

  @Test
  void what_fills_is_told_from_the_cliff_until_much_less_is_used() {
    var cliff = new Cliff(75, 80);

    assertThat(filling(74, 79, cliff)).isEmpty();
    assertThat(filling(75, 79, cliff)).containsExactly(Resource.DISK);
    assertThat(filling(71, 80, cliff)).containsExactly(Resource.DISK, Resource.MEMORY);
    assertThat(filling(70, 76, cliff)).containsExactly(Resource.DISK, Resource.MEMORY);
    assertThat(filling(69, 74, cliff)).isEmpty();
    assertThat(filling(72, 76, cliff)).isEmpty();
  }

  @Test
  void numbers_that_waver_are_not_shown() {
    var first = shown(60, 30, NOW);
    assertThat(shown(64, 33, NOW.plusSeconds(60))).isEqualTo(first);
    assertThat(shown(64, 44, NOW.plusSeconds(75))).isNotEqualTo(first);
    var moved = shown(64, 44, NOW.plusSeconds(90));
    assertThat(shown(62, 41, NOW.plusSeconds(120))).isEqualTo(moved);
    assertThat(shown(62, 41, NOW.plusSeconds(400))).isNotEqualTo(moved);
  }

  private RunnerView.Shown shown(double score, double disk, Instant at) {
    return memory
        .look(rows.row("a-0", "ready", false, score, disk, 20, 0), true, new Cliff(75, 75), at)
        .shown();
  }
}
