package dev.daytonaoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The operator dies after its n-th write, for every n of an installation. */
@OnControlPlane
class CrashIT {

  private static final int AT_ONCE = 6;

  /** 1 tries every write; a larger number is a quick look ({@code -Dcrash.every=8}). */
  private static final int EVERY = Integer.getInteger("crash.every", 1);

  private final ControlPlane controlPlane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  CrashIT(
      ControlPlane controlPlane, AuditLog audit, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.audit = audit;
    this.client = client;
    this.namespaces = namespaces;
    controlPlane.installCrd();
  }

  /** What an installation ends in. */
  private record End(List<String> objects, int writes) {}

  @Test
  void whenever_it_dies_the_next_one_ends_in_the_same_objects() throws Exception {
    var undisturbed = install(Integer.MAX_VALUE);
    var ends = new TreeMap<Integer, End>();
    try (var lanes = Executors.newFixedThreadPool(AT_ONCE)) {
      var tasks = new ArrayList<Callable<Map.Entry<Integer, End>>>();
      for (int n = 0; n < undisturbed.writes(); n += EVERY) {
        int writes = n;
        tasks.add(() -> Map.entry(writes, install(writes)));
      }
      for (var done : lanes.invokeAll(tasks)) {
        ends.put(done.get().getKey(), done.get().getValue());
      }
    }
    assertThat(ends).hasSizeGreaterThan(undisturbed.writes() / EVERY - 1);
    ends.forEach(
        (n, end) ->
            assertThat(end.objects())
                .as("after a death at write %d", n)
                .isEqualTo(undisturbed.objects()));
  }

  /** Installs with an operator that dies after some writes and, if it died, one that does not. */
  private End install(int deathAfter) throws InterruptedException {
    var namespace = namespaces.create().name();
    var hand = new InstallationHand(client, namespace, "daytona");
    var calls = new OperatorCalls(audit, namespace);
    Map<String, String> made;
    try (var mortal = RunningOperator.dyingAfter(deathAfter, controlPlane, namespace)) {
      hand.apply("{}");
      if (deathAfter == Integer.MAX_VALUE) {
        hand.awaitReady();
        return new End(objects(hand), calls.writes().size());
      }
      // The last writes of an installation may need no second operator at all.
      var unused = mortal.crashed().await(30, TimeUnit.SECONDS);
      made = hand.credentials();
    }
    try (var next = RunningOperator.in(controlPlane, namespace)) {
      hand.awaitReady();
      assertThat(changed(made, hand.credentials())).as("changed credentials").isEmpty();
      var writes = calls.writes();
      assertThat(jobs(writes)).as("no second Job").doesNotHaveDuplicates();
      assertThat(stepsOf(hand)).as("one Job a step").doesNotHaveDuplicates();
      return new End(objects(hand), writes.size());
    } finally {
      client.namespaces().withName(namespace).delete();
    }
  }

  /** Names of what was made and is not the same now; the values are nobody's business. */
  private static List<String> changed(Map<String, String> made, Map<String, String> now) {
    return made.keySet().stream()
        .filter(name -> !announced(name, made))
        .filter(name -> !Objects.equals(made.get(name), now.get(name)))
        .toList();
  }

  /** A digest is stored before the value that it is of, which may then still become another one. */
  private static boolean announced(String name, Map<String, String> made) {
    var digests = "daytona-digest/";
    return name.startsWith(digests)
        && name.contains(".")
        && !made.containsKey("daytona-" + name.substring(digests.length()).replace('.', '/'));
  }

  /** The bucket's Job is named after the credentials that it is for, which differ each time. */
  private static List<String> objects(InstallationHand hand) {
    return hand.ids().stream()
        .map(id -> id.replaceAll("-bucket-[0-9a-f]{6}-", "-bucket-"))
        .toList();
  }

  private static List<String> jobs(List<AuditLog.Call> writes) {
    return writes.stream()
        .filter(call -> call.resource().equals("jobs") && call.code() < 300)
        .map(call -> call.name())
        .toList();
  }

  private static List<String> stepsOf(InstallationHand hand) {
    return hand.objects().stream()
        .filter(object -> object.getKind().equals("Job"))
        .map(object -> object.getMetadata().getLabels().get(Labels.STEP))
        .toList();
  }
}
