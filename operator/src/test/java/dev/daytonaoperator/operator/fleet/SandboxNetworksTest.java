package dev.daytonaoperator.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a network inside a runner's pod hides from it. */
class SandboxNetworksTest {

  private static List<RunnerPool> pools(String network) {
    return PlatformInputs.of("runners: [{name: default, sandboxNetwork: {" + network + "}}]")
        .spec()
        .runners();
  }

  @ParameterizedTest
  @CsvSource({
    "172.19.255.255, false",
    "172.20.0.0, true",
    "172.20.255.255, true",
    "172.21.0.0, false",
    "172.17.3.4, true",
    "10.96.0.1, false",
    "200.20.0.1, false",
    "fd00::1, false",
  })
  void the_defaults_hide_two_networks(String address, boolean hidden) {
    assertThat(
            SandboxNetworks.hidden(pools(""), Map.of("Service daytona-api", address)).isPresent())
        .isEqualTo(hidden);
  }

  @Test
  void the_field_the_address_and_the_remedy_are_named() {
    var problem =
        SandboxNetworks.hidden(
                pools("subnet: 10.96.0.0/12"),
                Map.of("Service a", "10.1.0.1", "Service daytona-api", "10.100.7.8"))
            .orElseThrow();

    assertThat(problem.reason()).isEqualTo(Reason.NetworkOverlap);
    assertThat(problem.stalls()).isTrue();
    assertThat(problem.message())
        .contains("runners[default].sandboxNetwork.subnet 10.96.0.0/12")
        .contains("10.100.7.8, the address of Service daytona-api")
        .contains("choose a network");
  }

  @Test
  void without_runners_nothing_is_hidden() {
    assertThat(SandboxNetworks.hidden(List.of(), Map.of("Service a", "172.20.0.1"))).isEmpty();
  }
}
