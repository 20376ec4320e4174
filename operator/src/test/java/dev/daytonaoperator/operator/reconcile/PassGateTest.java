package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PassGateTest {

  private final PassGate gate = new PassGate();

  @Test
  void closesAtOnceWhenNobodyIsInside() throws InterruptedException {
    assertThat(gate.enter()).isTrue();
    gate.leave();

    assertThat(gate.close(Duration.ofDays(1))).isTrue();
    assertThat(gate.enter()).isFalse();
  }

  @Test
  void waitsForThoseInside() throws Exception {
    assertThat(gate.enter()).isTrue();
    var closed =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return gate.close(Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    while (gate.enter()) {
      gate.leave(); // until the other thread has closed it
      Thread.onSpinWait();
    }
    assertThat(closed).isNotDone();

    gate.leave();

    assertThat(closed.get(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void saysWhenSomebodyStaysTooLong() throws InterruptedException {
    assertThat(gate.enter()).isTrue();

    assertThat(gate.close(Duration.ofMillis(1))).isFalse();
  }
}
