package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheComponentTest {

  @Test
  void theProbesQuestionEndsByItselfBeforeTheProbesTimeIsOver() {
    var probe =
        Rendered.of(new CacheComponent(), PlatformInputs.of("{}")).container().getReadinessProbe();

    assertThat(probe.getExec().getCommand().getLast()).contains("timeout 3 redis-cli ping");
    assertThat(probe.getTimeoutSeconds()).isGreaterThan(3);
  }
}
