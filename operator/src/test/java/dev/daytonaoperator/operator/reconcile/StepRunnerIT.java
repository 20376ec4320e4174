package dev.daytonaoperator.operator.reconcile;

import static dev.daytonaoperator.operator.reconcile.StepScene.due;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.reconcile.StepRunner.Due;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.operator.status.StepState.Stage;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.FaultProxy;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step is done once, by one pod at a time, whatever becomes of its Jobs. */
@OnControlPlane
class StepRunnerIT {

  private static final Due INIT = due(Step.MIGRATE_INIT);
  private static final Due PRE = due(Step.MIGRATE_PRE_DEPLOY);
  private static final Due POST = due(Step.MIGRATE_POST_DEPLOY);

  private FaultProxy proxy;
  private StepScene scene;

  @BeforeEach
  void begin(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    proxy = FaultProxy.before(controlPlane);
    scene = new StepScene(admin, in.name(), proxy.config());
  }

  @AfterEach
  void end() {
    scene.close();
    proxy.close();
  }

  private static List<Stage> stages(StepRunner.Progress progress) {
    return progress.steps().stream().map(StepState::stage).toList();
  }

  @Test
  void a_step_waits_for_what_it_needs() {
    assertThat(scene.only(new Due(Step.MIGRATE_INIT, "v0.189.0", false)).stage())
        .isEqualTo(Stage.PENDING);

    assertThat(scene.jobs()).isEmpty();
  }

  @Test
  void a_step_is_done_by_one_job_and_recorded() {
    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);

    scene.until(Stage.DONE, INIT);

    assertThat(scene.jobNames()).containsExactly("migrate-init-*-1");
    assertThat(scene.state.stepDone("migrate-init", "v0.189.0")).isTrue();
    assertThat(scene.state.stepDone("migrate-init", "v0.190.0")).isFalse();
  }

  @Test
  void what_is_recorded_is_not_done_again_whatever_becomes_of_the_job() {
    scene.until(Stage.DONE, INIT);
    scene.jobs().forEach(job -> scene.hand.resource(job).delete());
    Awaitility.await().until(() -> scene.jobs().isEmpty());
    scene.restarted();

    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.DONE);

    assertThat(scene.jobs()).isEmpty();
  }

  @Test
  void migrations_wait_for_each_other_but_not_for_the_bucket() {
    scene.podsStayPending();
    var bucket = new Due(Step.BUCKET, "keys", true);

    assertThat(stages(scene.pass(bucket, PRE, POST)))
        .containsExactly(Stage.RUNNING, Stage.RUNNING, Stage.PENDING);

    assertThat(scene.jobNames()).containsExactly("bucket-*-1", "migrate-pre-deploy-*-1");
  }

  @Test
  void contracting_is_written_down_before_it_begins() {
    var first = scene.pass(POST);

    assertThat(stages(first)).containsExactly(Stage.PENDING);
    assertThat(first.state().occasions("migrate-post-deploy")).containsExactly("v0.189.0");
    assertThat(first.state().stepDone("migrate-post-deploy", "v0.189.0")).isFalse();
    assertThat(first.retryAfter()).isPresent();
    assertThat(scene.jobs()).isEmpty();

    assertThat(scene.only(POST).stage()).isEqualTo(Stage.RUNNING);
    scene.until(Stage.DONE, POST);
  }

  @Test
  void before_the_echo_no_second_job_is_made() {
    scene.podsStayPending();
    scene.informed.catchUp();
    scene.blindPass(INIT);

    var again = scene.blindPass(INIT);

    assertThat(stages(again)).containsExactly(Stage.RUNNING);
    assertThat(again.retryAfter().orElseThrow())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(scene.jobNames()).containsExactly("migrate-init-*-1");
  }

  @Test
  void a_job_that_exists_already_is_no_fault() {
    scene.podsStayPending();
    scene.informed.catchUp();
    scene.blindPass(INIT);
    scene.restarted();

    assertThat(stages(scene.blindPass(INIT))).containsExactly(Stage.RUNNING);

    assertThat(scene.jobNames()).containsExactly("migrate-init-*-1");
    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);
  }

  @Test
  void a_failure_is_told_and_tried_again_later_and_later() {
    scene.podsStayPending();
    scene.pass(INIT);
    scene.podEnds(3);

    var failed = scene.until(Stage.FAILED, INIT);

    assertThat(failed.failures()).isEqualTo(1);
    assertThat(failed.message())
        .startsWith("exit code 3 (Error); see: kubectl logs -n " + scene.namespace)
        .contains(scene.name + "-migrate-init-");
    assertThat(scene.pass(INIT).retryAfter().orElseThrow())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    assertThat(scene.jobNames()).hasSize(1);

    assertThat(scene.onlyAfter(Duration.ofMinutes(1), INIT).stage()).isEqualTo(Stage.RUNNING);
    assertThat(scene.jobNames()).containsExactly("migrate-init-*-1", "migrate-init-*-2");
    scene.podEnds(3);
    assertThat(scene.until(Stage.FAILED, INIT).failures()).isEqualTo(2);
    assertThat(scene.pass(INIT).retryAfter().orElseThrow())
        .isBetween(Duration.ofSeconds(11), Duration.ofSeconds(20));
    assertThat(scene.state.stepDone("migrate-init", "v0.189.0")).isFalse();
  }

  @Test
  void a_second_attempt_that_succeeds_ends_it() {
    scene.podsStayPending();
    scene.pass(INIT);
    scene.podEnds(1);
    scene.until(Stage.FAILED, INIT);
    scene.onlyAfter(Duration.ofMinutes(1), INIT);

    scene.podEnds(0);

    scene.until(Stage.DONE, INIT);
  }

  @Test
  void the_logs_of_the_last_failures_are_kept_and_older_ones_go() {
    scene.podsStayPending();
    for (int i = 0; i < 5; i++) {
      scene.onlyAfter(Duration.ofMinutes(10), INIT);
      scene.podEnds(1);
      scene.until(Stage.FAILED, INIT);
    }
    scene.onlyAfter(Duration.ofMinutes(10), INIT);

    Awaitility.await().untilAsserted(() -> assertThat(scene.jobNames()).hasSize(3));
    assertThat(scene.jobNames().getLast()).isEqualTo("migrate-init-*-6");
  }

  @Test
  void a_step_of_an_upgrade_stops_after_three_failures_until_its_jobs_are_removed() {
    scene.podsStayPending();
    for (int i = 0; i < 3; i++) {
      scene.onlyAfter(Duration.ofMinutes(10), PRE);
      scene.podEnds(1);
      scene.until(i < 2 ? Stage.FAILED : Stage.STOPPED, PRE);
    }

    var stopped = scene.pass(PRE);
    assertThat(stopped.retryAfter()).isEmpty();
    assertThat(stopped.steps().getFirst().message())
        .contains("failed 3 times: exit code 1", "kubectl delete jobs -n " + scene.namespace);
    assertThat(scene.onlyAfter(Duration.ofHours(1), PRE).stage()).isEqualTo(Stage.STOPPED);

    scene.jobs().forEach(job -> scene.hand.resource(job).delete());
    Awaitility.await().until(() -> scene.jobs().isEmpty());
    assertThat(scene.only(PRE).stage()).isEqualTo(Stage.RUNNING);
  }

  @Test
  void no_step_begins_beside_one_of_an_upgrade_that_was_given_up() {
    scene.podsStayPending();
    scene.informed.catchUp();
    scene.blindPass(PRE);
    var dump = new Due(Step.DATABASE_DUMP, "v0.190.0_later", true);

    var unseen = scene.blindPass(dump);
    assertThat(stages(unseen)).containsExactly(Stage.PENDING);
    assertThat(unseen.retryAfter()).isPresent();
    assertThat(scene.only(dump).stage()).isEqualTo(Stage.PENDING);
    scene.clock.advance(Duration.ofMinutes(10));
    assertThat(scene.only(dump).stage()).isEqualTo(Stage.PENDING);

    scene.podEnds(0);
    scene.until(Stage.RUNNING, dump);
    assertThat(scene.jobNames()).containsExactly("database-dump-*-1", "migrate-pre-deploy-*-1");
  }

  @Test
  void while_a_pod_of_an_earlier_attempt_may_run_no_other_begins() {
    scene.podsStayPending();
    scene.pass(INIT);
    var left = scene.pod();
    scene.orphanPods();

    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);
    scene.clock.advance(Duration.ofMinutes(10));
    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);
    scene.restarted();
    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);
    assertThat(scene.jobs()).isEmpty();

    scene.hand.resource(left).withGracePeriod(0).delete();
    Awaitility.await().until(() -> scene.pods().isEmpty());
    scene.pass(INIT);
    assertThat(scene.jobs()).hasSize(1);
  }

  @Test
  void a_pod_that_the_informers_have_not_shown_counts() {
    scene.podsStayPending();
    scene.pass(INIT);
    scene.informed.catchUpWithoutPods();
    scene.blindPass(INIT);
    var left = scene.pod();
    scene.orphanPods();

    scene.informed.catchUpWithoutPods();
    var progress = scene.blindPass(INIT);

    assertThat(stages(progress)).containsExactly(Stage.RUNNING);
    assertThat(progress.retryAfter()).contains(Duration.ofSeconds(10));
    assertThat(scene.jobs()).isEmpty();
    scene.hand.resource(left).withGracePeriod(0).delete();
  }

  @Test
  void a_job_of_an_earlier_resource_says_nothing_about_this_ones_data() {
    scene.until(Stage.DONE, INIT);
    var old = scene.jobs().getFirst();
    scene.finalizers(old, "example.org/slow");
    scene.recreated();

    assertThat(scene.only(INIT).stage()).isEqualTo(Stage.RUNNING);
    assertThat(scene.state.stepDone("migrate-init", "v0.189.0")).isFalse();
    assertThat(scene.jobs()).hasSize(1);

    scene.finalizers(old);
    scene.until(Stage.DONE, INIT);
    assertThat(scene.jobs())
        .singleElement()
        .satisfies(
            job -> assertThat(job.getMetadata().getUid()).isNotEqualTo(old.getMetadata().getUid()));
  }

  @Test
  void a_job_that_may_not_be_made_is_told_and_tried_again() {
    proxy.answer(403, line -> line.startsWith("POST ") && line.endsWith("/jobs"));

    var progress = scene.pass(INIT);

    assertThat(stages(progress)).containsExactly(Stage.FAILED);
    assertThat(progress.steps().getFirst().message())
        .isEqualTo("its Job cannot be made: made to fail");
    assertThat(progress.retryAfter()).contains(Duration.ofSeconds(30));

    proxy.heal();
    scene.until(Stage.DONE, INIT);
  }
}
