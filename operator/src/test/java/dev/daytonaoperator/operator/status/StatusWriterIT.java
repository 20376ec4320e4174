package dev.daytonaoperator.operator.status;

import static dev.daytonaoperator.operator.status.Situations.open;
import static dev.daytonaoperator.operator.status.Situations.well;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.ConditionType;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.MovingClock;
import dev.daytonaoperator.operator.credentials.Calls;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A status is written when it differs from the cluster's, and then not for every small step. */
@OnControlPlane
class StatusWriterIT {

  private final MovingClock clock = MovingClock.still();
  private final Calls calls = new Calls();
  private final String name = "d" + UUID.randomUUID().toString().substring(0, 6);
  private KubernetesClient hand;
  private KubernetesClient client;
  private String namespace;
  private StatusWriter writer;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    controlPlane.installCrd();
    hand = admin;
    client = calls.client(controlPlane.config());
    namespace = in.name();
    writer = new StatusWriter(client, clock);
    create();
    calls.take();
  }

  @AfterEach
  void end() {
    client.close();
  }

  private void create() {
    var resource = new DaytonaInstallation();
    resource.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    resource.setSpec(Serialization.unmarshal("{}", DaytonaInstallationSpec.class));
    hand.resource(resource).create();
  }

  private DaytonaInstallation live() {
    return hand.resources(DaytonaInstallation.class).inNamespace(namespace).withName(name).get();
  }

  private DaytonaInstallationStatus status(Situations given) {
    return new StatusFactory(clock).status(given.had(live().getStatus()).generation(1).build());
  }

  private static Situations starting(int ready) {
    return well().with(open(ComponentName.API, Reason.Progressing, ready + " of 9"));
  }

  @Test
  void the_first_is_written_by_one_apply_to_the_subresource() {
    assertThat(writer.write(live(), status(well()))).isEmpty();

    assertThat(calls.take())
        .singleElement()
        .asString()
        .startsWith("PATCH ")
        .endsWith("/daytonainstallations/" + name + "/status");
    assertThat(live().getStatus().summary()).isEqualTo("14/14");
    assertThat(live().getStatus().observedGeneration()).isEqualTo(1);
  }

  @Test
  void what_the_cluster_has_is_not_written_again_nor_by_another_process() {
    writer.write(live(), status(well()));
    calls.take();

    assertThat(writer.write(live(), status(well()))).isEmpty();
    assertThat(new StatusWriter(client, clock).write(live(), status(well()))).isEmpty();

    assertThat(calls.take()).isEmpty();
  }

  @Test
  void every_member_survives_the_way_through_the_server() {
    var full =
        Situations.of("runners: [{name: a, replicas: 2}]\nexposure: {type: Ingress, domain: d.io}")
            .contested("x")
            .retained(
                java.util.List.of(new DaytonaInstallationStatus.Retained("Secret", "s", "hint")))
            .preflight(
                java.util.List.of(
                    new DaytonaInstallationStatus.Preflight("PodSecurity", "Passed", "ok")));
    for (var given :
        java.util.List.of(
            full,
            well().components(java.util.List.of()).noInputs().noVersion(),
            Situations.of("runners: []\nmode: Stopped"))) {
      var status = status(given);
      new StatusWriter(client, clock).write(live(), status);
      assertThat(StatusWriter.same(live().getStatus(), status))
          .as("%s\ncame back as\n%s", status, live().getStatus())
          .isTrue();
      calls.take();
      assertThat(new StatusWriter(client, clock).write(live(), status)).isEmpty();
      assertThat(calls.take()).isEmpty();
    }
  }

  @Test
  void before_the_echo_the_last_write_is_what_the_cluster_has() {
    var stale = live();
    var status = status(well());
    writer.write(stale, status);
    calls.take();

    assertThat(writer.write(stale, status)).isEmpty();

    assertThat(calls.take()).isEmpty();
  }

  @Test
  void progress_is_told_less_and_less_often() {
    writer.write(live(), status(starting(0)));
    calls.take();

    assertThat(writer.write(live(), status(starting(1)))).contains(Duration.ofSeconds(1));
    assertThat(calls.take()).isEmpty();

    int writes = 0;
    for (int second = 0; second < 120; second++) {
      clock.advance(Duration.ofSeconds(1));
      writer.write(live(), status(starting(second + 1)));
      writes += calls.take().size();
    }
    // After 1, 2, 4, 8, 16 and then every 30 seconds.
    assertThat(writes).isEqualTo(7);
  }

  @Test
  void the_verdict_and_a_new_generation_are_told_at_once() {
    writer.write(live(), status(starting(0)));
    writer.write(live(), status(starting(1)));
    calls.take();

    assertThat(writer.write(live(), status(well()))).isEmpty();
    assertThat(calls.take()).hasSize(1);

    var stuck = well().problems(Problem.stalled(Reason.NameConflict, "x"));
    assertThat(writer.write(live(), status(stuck))).isEmpty();
    assertThat(calls.take()).hasSize(1);

    var next = new StatusFactory(clock).status(starting(1).generation(2).build());
    assertThat(writer.write(live(), next)).isEmpty();
    assertThat(calls.take()).hasSize(1);
  }

  @Test
  void what_a_hand_has_written_into_it_is_put_right() {
    writer.write(live(), status(well()));
    hand.resource(live())
        .editStatus(
            r -> {
              var s = r.getStatus();
              r.setStatus(
                  new DaytonaInstallationStatus(
                      s.observedGeneration(),
                      "v9",
                      s.summary(),
                      s.resolved(),
                      s.dataRetention(),
                      s.endpoints(),
                      s.credentials(),
                      s.components(),
                      s.runners(),
                      s.upgrade(),
                      s.retained(),
                      s.preflight(),
                      s.conditions()));
              return r;
            });
    clock.advance(Duration.ofSeconds(31));

    writer.write(live(), status(well()));

    assertThat(live().getStatus().version()).isEqualTo("v0.189.0");
  }

  @Test
  void a_condition_that_no_longer_holds_is_gone() {
    writer.write(live(), status(starting(0)));
    assertThat(types()).contains(ConditionType.Reconciling.name());

    writer.write(live(), status(well()));

    assertThat(types()).doesNotContain(ConditionType.Reconciling.name());
  }

  private Set<String> types() {
    return live().getStatus().conditions().stream()
        .map(c -> c.getType())
        .collect(java.util.stream.Collectors.toSet());
  }

  @Test
  void a_resource_that_is_gone_or_another_one_is_left_alone() {
    var old = live();
    var status = status(well());
    hand.resource(old).delete();

    assertThat(writer.write(old, status)).isEmpty();

    create();
    assertThat(writer.write(old, status)).contains(Duration.ofSeconds(1));
    assertThat(Optional.ofNullable(live().getStatus()).map(s -> s.summary())).isEmpty();
    assertThat(writer.write(live(), status(well()))).isEmpty();
    assertThat(live().getStatus().summary()).isEqualTo("14/14");
  }

  @Test
  void a_resource_that_has_changed_since_it_was_seen_is_looked_at_again() {
    var old = live();
    hand.resource(live())
        .edit(
            r -> {
              r.getMetadata().setAnnotations(java.util.Map.of("note", "x"));
              return r;
            });

    assertThat(writer.write(old, status(well()))).contains(Duration.ofSeconds(1));
    assertThat(writer.write(live(), status(well()))).isEmpty();

    assertThat(live().getStatus().summary()).isEqualTo("14/14");
  }

  @Test
  void the_largest_status_is_taken_by_the_schema() {
    var retained =
        IntStream.range(0, 200)
            .mapToObj(i -> new DaytonaInstallationStatus.Retained("Secret", "s" + i, "hint"))
            .toList();
    var given =
        Situations.well()
            .runners(
                new RunnersState(
                    true,
                    IntStream.range(0, 198).mapToObj(i -> Situations.runner("a-" + i)).toList(),
                    Optional.empty(),
                    Reason.Ready,
                    "ü".repeat(9000),
                    List.of()))
            .retained(retained)
            .with(open(ComponentName.API, Reason.PodFailed, "ä".repeat(20_000)))
            .problems(Problem.waiting(Reason.Progressing, "ö".repeat(50_000)));

    writer.write(live(), status(given));

    assertThat(live().getStatus().runners()).hasSize(128);
  }
}
