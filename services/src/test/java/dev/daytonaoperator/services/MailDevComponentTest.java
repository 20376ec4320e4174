package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Probe;
import org.junit.jupiter.api.Test;

class MailDevComponentTest {

  @Test
  void probesWantAnAnswerBecauseThePortsOfAHangingProcessStayOpen() {
    var container = Rendered.of(new MailDevComponent(), PlatformInputs.of("{}")).container();

    for (var probe : new Probe[] {container.getReadinessProbe(), container.getLivenessProbe()}) {
      assertThat(probe.getHttpGet().getPath()).isEqualTo("/healthz");
      assertThat(probe.getHttpGet().getPort().getIntVal()).isEqualTo(1080);
    }
  }
}
