package dev.daytonaoperator.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PassGateTest {

  private final PassGate gate = new PassGate();

  @Test
  void closesAtOnceWhenNobodyIsInside() throws InterruptedException {
    assertThat(gate.enter()).isTrue();
    gate.leave();

    gate.close();

    assertThat(gate.enter()).isFalse();
  }

  @Test
  void waitsForThoseInside() {
    assertThat(gate.enter()).isTrue();
    var closed =
        CompletableFuture.runAsync(
            () -> {
              try {
                gate.close();
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

    assertThat(closed).succeedsWithin(Duration.ofMinutes(1));
  }
}
