package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * "Why can't I create a sandbox?", asked as people ask: in each of these platforms all pods are
 * ready, and {@code kubectl get -o wide} and {@code kubectl describe} name the cause and what to
 * do.
 */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SymptomsIT {

  private static final String SNAPSHOT = "daytonaio/sandbox:v0.185.0-amd64";
  private static final String RUNNER = "default-0";

  private final InstallationHand hand;
  private final PretendedDaytona daytona;
  private final RunningOperator operator;

  SymptomsIT(ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
    hand = new InstallationHand(client, namespace.name(), "daytona");
    controlPlane.installCrd();
    daytona = new PretendedDaytona(client, hand);
    operator = RunningOperator.asking(daytona.fake.url(), controlPlane, namespace.name());
  }

  @BeforeAll
  void a_platform_that_works() {
    hand.apply("{}");
    hand.awaitReady();
  }

  @AfterEach
  void it_heals_by_itself_when_the_cause_is_gone() {
    daytona.fake.faults().heal();
    daytona.fake.dependencies(true);
    daytona.silence("");
    daytona.usage.clear();
    daytona.fake.rows().healPulls(SNAPSHOT);
    hand.awaitReady();
  }

  @AfterAll
  void stop() {
    operator.close();
    daytona.close();
  }

  private static String kubectl(String... arguments) {
    return ControlPlane.shared().kubectl(arguments).orThrow().output();
  }

  /** What a person sees. */
  private void shows(String reason, String... words) {
    Awaitility.await(reason + " is shown")
        .atMost(150, SECONDS)
        .until(() -> wide().contains(" " + reason + " "));
    var shown = wide();
    System.getLogger(SymptomsIT.class.getName()).log(System.Logger.Level.INFO, shown);
    assertThat(shown.lines()).as("a head and one line").hasSize(2);
    assertThat(shown).contains(words);
    assertThat(kubectl("-n", hand.namespace, "describe", "daytona", "daytona")).contains(words[0]);
  }

  private String wide() {
    return kubectl("-n", hand.namespace, "get", "daytona", "-o", "wide");
  }

  @Test
  void the_api_does_not_reach_its_database() {
    daytona.fake.dependencies(false);
    shows(
        "PlatformUnreachable",
        "the API does not reach its database or cache",
        "see DatabaseReady, CacheReady and the API's log");
  }

  @Test
  void the_api_hangs() {
    daytona.fake.faults().hang(path -> true);
    shows("PlatformUnreachable", "no answer from", "see the API's log");
  }

  @Test
  void a_runner_does_not_report() {
    daytona.silence(RUNNER);
    shows("RunnerNotReady", RUNNER + " does not report to Daytona", "log of its pod");
  }

  @Test
  void the_disk_of_the_only_runner_is_full() {
    daytona.load(RUNNER, 20, 95);
    shows("ScoreTooLow", RUNNER, "disk 95 %", "raise runners[].storage.size");
  }

  @Test
  void other_pods_use_the_memory_of_the_node() {
    daytona.load(RUNNER, 95, 20);
    shows("ScoreTooLow", "memory of its node 95 %", "move other pods away or add runners");
  }

  @Test
  void the_image_of_the_default_snapshot_cannot_be_pulled() {
    daytona.fake.rows().failPulls("example.org/missing:1", "manifest unknown");
    hand.apply("sandboxes: {defaultSnapshot: 'example.org/missing:1'}");
    shows(
        "SnapshotFailed",
        "example.org/missing:1",
        "manifest unknown",
        "runners must be able to pull sandboxes.defaultSnapshot");
    hand.apply("{sandboxes: {defaultSnapshot: '" + SNAPSHOT + "'}}");
  }
}
