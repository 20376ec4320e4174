package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several replicas works: the one that holds the lease. The others stand by with warm
 * caches.
 */
final class Leadership {

  /** Name of the Lease in the operator's namespace. */
  static final String LEASE = "daytona-operator";

  /** How long nobody leads after a leader has died; the drain at the end must be shorter. */
  static final Duration LEASE_DURATION = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

  /** A standby asks every 2 to 4.4 s (the elector's jitter), the leader renews every 2 s. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final String namespace;
  private final String identity;
  private final AtomicBoolean leading = new AtomicBoolean();
  private final AtomicBoolean resigning = new AtomicBoolean();

  /**
   * @param namespace where the lease is
   * @param identity what no other replica is called
   */
  Leadership(KubernetesClient client, String namespace, String identity) {
    this.client = client;
    this.namespace = namespace;
    this.identity = identity;
  }

  LeaderElectionConfiguration configuration() {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
        .withLeaseNamespace(namespace)
        .withIdentity(identity)
        .withLeaseDuration(LEASE_DURATION)
        .withRenewDeadline(RENEW_DEADLINE)
        .withRetryPeriod(RETRY)
        .withLeaderCallbacks(
            new LeaderCallbacks(this::won, this::lost, leader -> LOG.debug("new leader")))
        // Not to exit when the lease is lost, which is done here: the SDK would call System.exit
        // on a thread for which the shutdown hook then waits. It has no other name for this.
        .buildForTest(false);
  }

  boolean leading() {
    return leading.get();
  }

  private void won() {
    leading.set(true);
    LOG.atInfo().addKeyValue("identity", identity).log("leading");
  }

  /** Another replica may lead already: nothing more may be written by this one. */
  private void lost() {
    leading.set(false);
    if (!resigning.get()) {
      LOG.error("lost the lease; ending at once");
      Runtime.getRuntime().halt(1);
    }
  }

  /** From now on losing the lease is what is wanted. */
  void beginResigning() {
    resigning.set(true);
  }

  /**
   * Lets a standby take over at once, when nothing of this replica's work is under way any more.
   */
  void release() {
    var leases = client.leases().inNamespace(namespace).withName(LEASE);
    try {
      var lease = leases.get();
      if (lease == null || !identity.equals(lease.getSpec().getHolderIdentity())) {
        return;
      }
      lease.getSpec().setHolderIdentity("");
      lease.getSpec().setLeaseDurationSeconds(1);
      // With the resourceVersion that was read: a successor's lease stays.
      client.resource(lease).update();
      LOG.info("released the lease");
    } catch (KubernetesClientException e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the lease was not released");
    }
  }
}
