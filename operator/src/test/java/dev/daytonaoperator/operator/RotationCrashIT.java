package dev.daytonaoperator.operator;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.app.RunningOperator;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The operator dies after its n-th write of a rotation of everything, for every n. */
@OnControlPlane
class RotationCrashIT {

  private static final int AT_ONCE = 4;

  /** 1 tries every write; a larger number is a quick look ({@code -Dcrash.every=8}). */
  private static final int EVERY = Integer.getInteger("crash.every", 1);

  private static final List<String> COUNTERS =
      List.of(
          "sshKeys",
          "sshHostKey",
          "proxyKey",
          "sshGatewayKey",
          "healthCheckKey",
          "adminApiKey",
          "database",
          "cache",
          "registry",
          "objectStorage",
          "runnerTokens",
          "dexUsers");

  /** Values of which one rotation makes exactly one, by where they may stand. */
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "database", Set.of("database-credentials/password", "database-credentials/passwordNext"),
          "scoped user",
              Set.of("object-storage-access/secretKey", "object-storage-access/secretKeyNext"),
          "root", Set.of("object-storage-credentials/rootPassword"),
          "registry", Set.of("registry-credentials/password"),
          "administrator", Set.of("admin/apiKey"),
          "proxy", Set.of("proxy/apiKey"),
          "cache", Set.of("cache-credentials/password"),
          "gateway's pair", Set.of("ssh-keys/gatewayPrivateKey"),
          "host key", Set.of("ssh-keys/hostKey"),
          "user", Set.of("dex-users/dev.password"));

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Namespaces namespaces;

  RotationCrashIT(ControlPlane controlPlane, KubernetesClient client, Namespaces namespaces) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.namespaces = namespaces;
    controlPlane.installCrd();
  }

  @Test
  void whenever_it_dies_each_value_is_made_once_and_all_ends_consistent() throws Exception {
    var deaths = new ArrayList<Integer>();
    try (var lanes = Executors.newFixedThreadPool(AT_ONCE)) {
      var tasks = new ArrayList<Callable<List<Integer>>>();
      for (int lane = 0; lane < AT_ONCE; lane++) {
        int first = lane;
        tasks.add(() -> rounds(first));
      }
      for (var done : lanes.invokeAll(tasks)) {
        deaths.addAll(done.get());
      }
    }
    // A rotation of everything takes more writes than there are Secrets and workloads in it.
    assertThat(deaths).hasSizeGreaterThan(25 / EVERY);
  }

  /** Rotates again and again, dying a little later each time, until it gets through. */
  private List<Integer> rounds(int lane) throws InterruptedException {
    var namespace = namespaces.create().name();
    var hand = new InstallationHand(client, namespace, "daytona");
    try (var first = RunningOperator.in(controlPlane, namespace)) {
      hand.apply(spec(0));
      hand.awaitReady();
    }
    var deaths = new ArrayList<Integer>();
    boolean died = true;
    for (int round = 1; died; round++) {
      int writes = (lane + (round - 1) * AT_ONCE) * EVERY;
      died = rotate(hand, round, writes);
      deaths.add(writes);
    }
    client.namespaces().withName(namespace).delete();
    return deaths;
  }

  private boolean rotate(InstallationHand hand, int round, int deathAfter)
      throws InterruptedException {
    var what = "round %d of %s, death at write %d".formatted(round, hand.namespace, deathAfter);
    var seen = new ConcurrentHashMap<String, Set<String>>();
    var jobsBefore = jobs(hand).stream().map(job -> job.getMetadata().getUid()).toList();
    var made = new ConcurrentHashMap<String, String>();
    boolean died;
    try (var secrets = client.secrets().inNamespace(hand.namespace).watch(new Seen(seen));
        var jobs = client.batch().v1().jobs().inNamespace(hand.namespace).watch(new Made(made))) {
      try (var mortal = RunningOperator.dyingAfter(deathAfter, controlPlane, hand.namespace)) {
        hand.apply(spec(round));
        died = awaitDeathOrEnd(mortal, hand, round);
      }
      try (var next = RunningOperator.in(controlPlane, hand.namespace)) {
        Awaitility.await(what).atMost(120, TimeUnit.SECONDS).until(() -> ended(hand, round));
      }
    }
    VALUES.forEach(
        (name, places) ->
            assertThat(values(seen, places))
                .as("%s: values of %s, the old and the new one", what, name)
                .hasSize(2));
    jobsBefore.forEach(made::remove);
    assertThat(made.values())
        .as(what)
        .containsExactlyInAnyOrder(
            "admin-key", "database-password", "registry-login", "runner-key", "bucket");
    return died;
  }

  private static boolean awaitDeathOrEnd(RunningOperator mortal, InstallationHand hand, int round)
      throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (mortal.crashed().await(100, TimeUnit.MILLISECONDS)) {
        return true;
      }
      if (ended(hand, round)) {
        // what is left of it are writes of the status
        return mortal.crashed().await(3, TimeUnit.SECONDS);
      }
    }
    throw new AssertionError("neither dead nor done");
  }

  /** Served, every copy followed, and the status knows. */
  private static boolean ended(InstallationHand hand, int round) {
    var state = hand.state();
    var values = hand.credentials();
    return COUNTERS.stream()
            .allMatch(name -> Integer.toString(round).equals(state.get("rotation." + name)))
        && values.keySet().stream().noneMatch(key -> key.endsWith("Next"))
        && Stream.of("adminApiKey", "registry", "runner.default-0")
            .allMatch(copy -> state.getOrDefault("copied." + copy, "").startsWith(round + " "))
        && values
            .get("daytona-runner-default-0/token")
            .equals(values.get("daytona-runner-default-0/token-" + round))
        && InstallationHand.is(hand.get(), "Ready", "True");
  }

  private static Set<String> values(Map<String, Set<String>> seen, Set<String> places) {
    var all = new HashSet<String>();
    places.forEach(place -> all.addAll(seen.getOrDefault("daytona-" + place, Set.of())));
    return all;
  }

  private static String spec(int counter) {
    return """
    runners: [{name: default, updatePolicy: {type: Immediate}}]
    security: {rotation: {%s}}
    """
        .formatted(COUNTERS.stream().map(name -> name + ": " + counter).collect(joining(", ")));
  }

  private List<Job> jobs(InstallationHand hand) {
    return client.batch().v1().jobs().inNamespace(hand.namespace).list().getItems();
  }

  /** Every value that ever stood in a Secret, as it is encoded there. */
  private record Seen(Map<String, Set<String>> values) implements Watcher<Secret> {
    @Override
    public void eventReceived(Action action, Secret secret) {
      if (secret.getData() != null) {
        secret
            .getData()
            .forEach(
                (key, value) ->
                    values
                        .computeIfAbsent(
                            secret.getMetadata().getName() + "/" + key,
                            name -> ConcurrentHashMap.newKeySet())
                        .add(value));
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }

  /** The step of every Job that ever was, by uid. */
  private record Made(Map<String, String> steps) implements Watcher<Job> {
    @Override
    public void eventReceived(Action action, Job job) {
      if (action == Action.ADDED) {
        steps.put(job.getMetadata().getUid(), job.getMetadata().getLabels().get(Labels.STEP));
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
