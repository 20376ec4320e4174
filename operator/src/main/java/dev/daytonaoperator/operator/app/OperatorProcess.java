package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daytonaoperator.operator.platform.PlatformPolls;
import dev.daytonaoperator.operator.platform.PlatformWatch;
import dev.daytonaoperator.operator.reconcile.InstallationReconciler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: what depends on what is on this page. */
final class OperatorProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

  /** Shorter than the lease, which nobody renews meanwhile: until its end nobody else leads. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Settings settings;
  private final Optional<Leadership> leadership;
  private final Operator operator;
  private final InstallationReconciler reconciler;
  private final HttpEndpoints endpoints;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean informerDied = new AtomicBoolean();

  private OperatorProcess(Settings settings, KubernetesClient client, Duration looks)
      throws IOException {
    this.client = client;
    this.settings = settings;
    leadership =
        settings.leaderElection()
            ? Optional.of(new Leadership(client, settings.namespace(), identity()))
            : Optional.empty();
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var metrics = new OperatorMetrics(registry);
    var passes = new PassWatch(registry, Clock.systemUTC());
    reconciler =
        new InstallationReconciler(
            client,
            clusterDomain(settings),
            metrics,
            passes,
            platforms(settings, looks),
            Clock.systemUTC());
    operator = new Operator(overrider -> configure(overrider, registry));
    register(reconciler);
    Gauge.builder("daytona.operator.leader", this, it -> it.leading() ? 1 : 0)
        .description("Whether this replica is the one that works")
        .register(registry);
    endpoints =
        HttpEndpoints.start(
            settings.httpPort(),
            () -> {
              metrics.count(reconciler.installations());
              metrics.fleets(reconciler.fleets(), Instant.now());
              return registry.scrape();
            },
            () -> !informerDied.get() && !passes.stuck(),
            this::ready);
  }

  /** A client of the API server, as this operator needs it. */
  static KubernetesClientBuilder client(Config config) {
    config.setUserAgent("daytona-operator/" + BuildVersion.current());
    // A pass that fails is repeated anyway, later and later: calls need not be so for minutes.
    config.setRequestRetryBackoffLimit(2);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(new KubernetesSerialization(lenient(), true));
  }

  /** Unknown fields of a newer operator's resources must not end this one. */
  private static ObjectMapper lenient() {
    return new ObjectMapper()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
        .configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL, true);
  }

  /** The host's name helps people, the rest keeps two replicas on one host apart. */
  private static String identity() {
    var host = System.getenv("HOSTNAME");
    return (host == null ? "daytona-operator" : host) + "_" + UUID.randomUUID();
  }

  private static PlatformWatch.Factory platforms(Settings settings, Duration looks) {
    return settings.platformChecks()
        ? (values, changed) ->
            new PlatformPolls(values, settings.platformUrl(), looks, changed, Clock.systemUTC())
        : (values, changed) -> PlatformWatch.disabled();
  }

  private static String clusterDomain(Settings settings) {
    return settings
        .clusterDomain()
        .or(() -> ClusterDomain.detect(Path.of("/etc/resolv.conf")))
        .orElse(ClusterDomain.USUAL);
  }

  private void configure(
      ConfigurationServiceOverrider overrider, PrometheusMeterRegistry registry) {
    overrider
        .withKubernetesClient(client)
        .withMetrics(MicrometerMetricsV2.newBuilder(registry).build())
        .withExecutorService(Executors.newVirtualThreadPerTaskExecutor())
        .withReconciliationTerminationTimeout(DRAIN)
        // The SDK would call System.exit on the informer's thread, for which the end then waits.
        .withInformerStoppedHandler(this::informerStopped)
        .withCloseClientOnStop(false);
    leadership.ifPresent(it -> overrider.withLeaderElectionConfiguration(it.configuration()));
  }

  private void register(InstallationReconciler reconciler) {
    operator.register(
        reconciler,
        controller -> {
          if (settings.watchNamespaces().isEmpty()) {
            controller.watchingAllNamespaces();
          } else {
            controller.settingNamespaces(settings.watchNamespaces());
          }
          controller
              .withRetry(
                  new GenericRetry()
                      .setInitialInterval(Duration.ofSeconds(1))
                      .setIntervalMultiplier(2)
                      .setMaxInterval(Duration.ofMinutes(5).toMillis())
                      .withoutMaxAttempts())
              // A roll-out's burst of status events becomes few passes.
              .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(1), 5))
              .withReconciliationMaxInterval(Duration.ofHours(1));
        });
  }

  /** An informer ends with an error only when it will not try again. */
  private void informerStopped(SharedIndexInformer<?> informer, @Nullable Throwable error) {
    if (error != null && informer.hasSynced() && !closing.get()) {
      informerDied.set(true);
      LOG.atError()
          .addKeyValue("kind", informer.getApiTypeClass().getSimpleName())
          .setCause(error)
          .log("an informer ended for good; waiting for the restart");
    }
  }

  private boolean leading() {
    return leadership.map(Leadership::leading).orElse(true);
  }

  private boolean ready() {
    return !closing.get()
        && operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  /** One that answers probes and has not called the API server yet. */
  static OperatorProcess create(Settings settings, KubernetesClient client) throws IOException {
    return new OperatorProcess(settings, client, PlatformPolls.INTERVAL);
  }

  /**
   * Starts and returns when caches have synced (or, with leader election, when it stands by).
   *
   * @param client closed together with the process
   */
  static OperatorProcess start(Settings settings, KubernetesClient client) throws IOException {
    return start(settings, client, PlatformPolls.INTERVAL);
  }

  /** One that looks at platforms in another rhythm. */
  static OperatorProcess start(Settings settings, KubernetesClient client, Duration looks)
      throws IOException {
    var process = new OperatorProcess(settings, client, looks);
    process.run();
    return process;
  }

  /** Returns when caches have synced (or, with leader election, when it stands by). */
  void run() {
    operator.start();
    LOG.atInfo()
        .addKeyValue("version", BuildVersion.current())
        .addKeyValue(
            "namespaces",
            settings.watchNamespaces().isEmpty()
                ? "*"
                : String.join(",", settings.watchNamespaces()))
        .addKeyValue("httpPort", endpoints.port())
        .log("watching");
  }

  int port() {
    return endpoints.port();
  }

  /** Ends passes in order, however long they take, then lets a standby take over. */
  @Override
  public void close() {
    closing.set(true);
    leadership.ifPresent(Leadership::beginResigning);
    drain();
    operator.stop();
    leadership.ifPresent(Leadership::release);
    endpoints.close();
    client.close();
  }

  private void drain() {
    try {
      reconciler.drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while passes were ending", e);
    }
  }
}
