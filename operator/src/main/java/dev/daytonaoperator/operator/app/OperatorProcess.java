package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daytonaoperator.operator.reconcile.InstallationReconciler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: what depends on what is on this page. */
final class OperatorProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
  private static final String LEASE = "daytona-operator";
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration LEASE_RETRY = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private final KubernetesClient client;
  private final Operator operator;
  private final InstallationReconciler reconciler;
  private final HttpEndpoints endpoints;
  private final AtomicBoolean shuttingDown = new AtomicBoolean();

  private OperatorProcess(Settings settings, KubernetesClient client) throws IOException {
    this.client = client;
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    operator = new Operator(overrider -> configure(overrider, settings, metrics));
    var clusterDomain =
        settings
            .clusterDomain()
            .or(() -> ClusterDomain.detect(Path.of("/etc/resolv.conf")))
            .orElse(ClusterDomain.USUAL);
    reconciler =
        new InstallationReconciler(
            client, clusterDomain, new OperatorMetrics(metrics), Clock.systemUTC());
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
    endpoints =
        HttpEndpoints.start(
            settings.httpPort(), metrics, () -> true, () -> ready(operator, shuttingDown));
  }

  /** A client of the API server, as this operator needs it. */
  static KubernetesClientBuilder client(Config config) {
    config.setUserAgent("daytona-operator");
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

  private void configure(
      io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider overrider,
      Settings settings,
      PrometheusMeterRegistry metrics) {
    overrider
        .withKubernetesClient(client)
        .withMetrics(MicrometerMetricsV2.newBuilder(metrics).build())
        .withExecutorService(Executors.newVirtualThreadPerTaskExecutor())
        .withReconciliationTerminationTimeout(DRAIN)
        .withCloseClientOnStop(false);
    if (settings.leaderElection()) {
      overrider.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
              .withLeaseNamespace(settings.namespace())
              .withLeaseDuration(LEASE_DURATION)
              .withRenewDeadline(RENEW_DEADLINE)
              .withRetryPeriod(LEASE_RETRY)
              .withExitOnStopLeading(false)
              .withLeaderCallbacks(
                  new LeaderCallbacks(
                      () -> LOG.info("leading"),
                      this::lostLease,
                      leader -> LOG.debug("new leader")))
              .build());
    }
  }

  /** Another replica may lead already: nothing more may be written by this one. */
  private void lostLease() {
    if (!shuttingDown.get()) {
      LOG.error("lost the lease; ending at once");
      Runtime.getRuntime().halt(1);
    }
  }

  private static boolean ready(Operator operator, AtomicBoolean shuttingDown) {
    return !shuttingDown.get()
        && operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  /**
   * Starts and returns when caches have synced (or, with leader election, when it stands by).
   *
   * @param client closed together with the process
   */
  static OperatorProcess start(Settings settings, KubernetesClient client) throws IOException {
    var process = new OperatorProcess(settings, client);
    process.operator.start();
    LOG.atInfo()
        .addKeyValue(
            "namespaces",
            settings.watchNamespaces().isEmpty()
                ? "*"
                : String.join(",", settings.watchNamespaces()))
        .addKeyValue("httpPort", process.endpoints.port())
        .log("watching");
    return process;
  }

  @Override
  public void close() {
    shuttingDown.set(true);
    if (!drained()) {
      LOG.error("a reconcile did not end in time; ending at once");
      Runtime.getRuntime().halt(1);
    }
    operator.stop();
    endpoints.close();
    client.close();
  }

  private boolean drained() {
    try {
      return reconciler.drain(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
