package dev.daytonaoperator.operator;

import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.daytona.Environment;
import dev.daytonaoperator.testing.daytona.FakeDaytona;
import dev.daytonaoperator.testing.daytona.Timing;
import dev.daytonaoperator.testing.daytona.Usage;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Daytona in the simulated pods of one installation: the API lives while its pod is ready and
 * starts with that pod's environment; a runner reports while its pod is ready, with the token that
 * its pod was given.
 */
final class PretendedDaytona implements AutoCloseable {

  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(4),
          Duration.ofMillis(300),
          Duration.ofMillis(500),
          Duration.ofSeconds(1));

  private static final long NONE = 0;

  final FakeDaytona fake = FakeDaytona.running(TIMING);
  final Map<String, Usage> usage = new ConcurrentHashMap<>();
  private final KubernetesClient client;
  private final InstallationHand hand;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pretended-daytona").factory());
  private final Set<String> done = new HashSet<>();
  private long lives = NONE;
  private volatile String silent = "";

  PretendedDaytona(KubernetesClient client, InstallationHand hand) {
    this.client = client;
    this.hand = hand;
    var unused = timer.scheduleWithFixedDelay(this::follow, 200, 200, TimeUnit.MILLISECONDS);
    fake.heartbeats(Duration.ofMillis(300), this::living);
  }

  /** This runner reports no more, though its pod is ready; an empty name: all do again. */
  void silence(String runner) {
    silent = runner;
  }

  /** What a runner reports from now on, in percent. */
  void load(String runner, double memory, double disk) {
    usage.put(
        runner,
        new Usage(
            new Usage.Load(0.1, 5, memory, disk),
            new Usage.Allocated(0, 0, 0),
            OptionalInt.empty(),
            new Usage.Size(8, 16, 100, 0),
            "v0.189.0"));
  }

  /** A new template is a new process, though the old one was ready until the new one was. */
  private void follow() {
    var ready = api().filter(PretendedDaytona::available);
    long process = ready.map(api -> api.getMetadata().getGeneration()).orElse(NONE);
    if (process != lives) {
      if (lives != NONE) {
        fake.stop();
      }
      ready.ifPresent(api -> fake.start(environment(api)));
      lives = process;
    }
    jobs().filter(job -> done.add(job.getMetadata().getUid())).forEach(this::change);
  }

  /** Jobs that have succeeded: their pods are simulated, so their SQL is done here. */
  private Stream<Job> jobs() {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(hand.namespace)
        .withLabel(Labels.STEP)
        .list()
        .getItems()
        .stream()
        .filter(job -> job.getStatus() != null && job.getStatus().getSucceeded() != null);
  }

  private void change(Job job) {
    var pod = job.getSpec().getTemplate().getSpec();
    var runner = text(pod.getContainers().getFirst().getEnv(), "RUNNER");
    if (fake.rows().runner(runner).isEmpty()) {
      return;
    }
    switch (job.getMetadata().getLabels().get(Labels.STEP)) {
      case "runner-key" -> fake.rows().setToken(runner, given(job));
      case "runner-drain" -> fake.rows().setDraining(runner, true);
      case "runner-undrain" -> fake.rows().setDraining(runner, false);
      default -> {}
    }
  }

  private Optional<Deployment> api() {
    return Optional.ofNullable(
        client.apps().deployments().inNamespace(hand.namespace).withName(hand.name + "-api").get());
  }

  private static boolean available(Deployment api) {
    return api.getStatus() != null
        && api.getMetadata().getGeneration().equals(api.getStatus().getObservedGeneration())
        && api.getStatus().getUpdatedReplicas() != null
        && api.getStatus().getUpdatedReplicas() > 0
        && api.getStatus().getReadyReplicas() != null
        && api.getStatus().getReadyReplicas() > 0;
  }

  private Environment environment(Deployment api) {
    var env = api.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    var made =
        Environment.of(
                secret(Credential.ADMIN_API_KEY),
                secret(Credential.HEALTH_CHECK_API_KEY),
                text(env, "DEFAULT_SNAPSHOT"))
            .withIssuer(text(env, "PUBLIC_OIDC_DOMAIN"));
    var runner = text(env, "DEFAULT_RUNNER_NAME");
    return runner.isEmpty() ? made : made.withDefaultRunner(runner, token(runner));
  }

  private static String text(List<EnvVar> env, String name) {
    return env.stream()
        .filter(e -> e.getName().equals(name))
        .findFirst()
        .map(EnvVar::getValue)
        .orElse("");
  }

  private Map<String, Usage> living() {
    var reports = new HashMap<String, Usage>();
    for (var pod : runnerPods()) {
      var name = pod.getMetadata().getLabels().get(Labels.RUNNER);
      if (ready(pod) && !name.equals(silent)) {
        reports.put(token(pod), usage.getOrDefault(name, Usage.idle()));
      }
    }
    return reports;
  }

  List<Pod> runnerPods() {
    return client
        .pods()
        .inNamespace(hand.namespace)
        .withLabel(Labels.INSTALLATION, hand.name)
        .withLabel(Labels.RUNNER)
        .list()
        .getItems();
  }

  private static boolean ready(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** The one that the process was started with; during a rotation not yet the row's. */
  private String token(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(e -> e.getName().equals("DAYTONA_RUNNER_TOKEN"))
        .map(e -> e.getValueFrom().getSecretKeyRef())
        .map(ref -> secret(ref.getName(), ref.getKey()))
        .findFirst()
        .orElse("");
  }

  /** The credential that a Job reads as a file. */
  private String given(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .filter(v -> v.getProjected() != null)
        .flatMap(v -> v.getProjected().getSources().stream())
        .map(VolumeProjection::getSecret)
        .filter(s -> s != null && s.getItems().getFirst().getPath().equals("value"))
        .map(s -> secret(s.getName(), s.getItems().getFirst().getKey()))
        .findFirst()
        .orElse("");
  }

  /** The token that a runner's row shall have. */
  String token(String runner) {
    return value("runner-" + runner, "token");
  }

  private String secret(Credential credential) {
    return value(credential.secret(), credential.key());
  }

  private String value(String suffix, String key) {
    return secret(hand.name + "-" + suffix, key);
  }

  private String secret(String name, String key) {
    var secret = client.secrets().inNamespace(hand.namespace).withName(name).get();
    return secret == null || secret.getData().get(key) == null
        ? ""
        : new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    fake.close();
  }
}
