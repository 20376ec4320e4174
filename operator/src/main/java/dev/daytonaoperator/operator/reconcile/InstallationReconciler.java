package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ApplyEngine;
import dev.daytonaoperator.operator.apply.ApplyListener;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialStore;
import dev.daytonaoperator.operator.platform.FleetView;
import dev.daytonaoperator.operator.platform.PlatformWatch;
import dev.daytonaoperator.operator.state.StateStore;
import dev.daytonaoperator.operator.status.StatusFactory;
import dev.daytonaoperator.operator.status.StatusWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's entry: one call per event or retry, never two at once for one resource. Writes with
 * the client and returns {@code noUpdate}: the SDK's own writes lose events in this version.
 */
@ControllerConfiguration(
    name = "daytonainstallation",
    informer = @Informer(comparableResourceVersions = false))
public final class InstallationReconciler implements Reconciler<DaytonaInstallation> {

  private static final Logger LOG = LoggerFactory.getLogger(InstallationReconciler.class);
  private static final Duration SWEEP = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final String clusterDomain;
  private final ApplyListener writes;
  private final ReconcileListener passes;
  private final Clock clock;
  private final PlatformWatch.Factory platforms;
  private final StatusFactory statuses;
  private final StatusWriter writer;
  private final EventWriter events;
  private final PassGate gate = new PassGate();
  private @Nullable Parts parts;
  private volatile @Nullable IndexerResourceCache<DaytonaInstallation> installations;
  private Instant swept = Instant.MIN;

  /**
   * A reconciler for all installations.
   *
   * @param clusterDomain DNS domain of the cluster's Services
   * @param writes told about every write
   * @param passes told about every pass
   * @param platforms makes what asks Daytona itself
   */
  public InstallationReconciler(
      KubernetesClient client,
      String clusterDomain,
      ApplyListener writes,
      ReconcileListener passes,
      PlatformWatch.Factory platforms,
      Clock clock) {
    this.client = client;
    this.clusterDomain = clusterDomain;
    this.writes = writes;
    this.passes = passes;
    this.clock = clock;
    this.platforms = platforms;
    this.statuses = new StatusFactory(clock);
    this.writer = new StatusWriter(client, clock);
    this.events = new EventWriter(client, clock);
  }

  @Override
  public List<EventSource<?, DaytonaInstallation>> prepareEventSources(
      EventSourceContext<DaytonaInstallation> context) {
    installations = context.getPrimaryCache();
    var cache = new InformerCache(context);
    var references = new ReferencedSecretWatch(client);
    var credentials = new CredentialStore(client, cache, clock, new SecureRandom());
    var answers = new SimpleInboundEventSource<DaytonaInstallation>("Platform");
    parts =
        new Parts(
            cache,
            new ApplyEngine(client, cache, clock, writes),
            new StateStore(client, cache, clock),
            credentials,
            references,
            new StepRunner(client, cache, cache, clock),
            new ClusterReader(client, clusterDomain, clock),
            platforms.watch(
                (owner, reference) -> credentials.read(owner, references, reference),
                owner -> answers.propagateEvent(new ResourceID(owner.name(), owner.namespace()))),
            new RunnerObjects(client),
            new ProblemAge(clock),
            new Stuck(client, clock),
            clock);
    var sources = new ArrayList<EventSource<?, DaytonaInstallation>>(cache.eventSources());
    sources.add(references.eventSource());
    sources.add(answers);
    return sources;
  }

  /** The installations as last seen; none before the start. */
  public List<DaytonaInstallation> installations() {
    var cache = installations;
    return cache == null ? List.of() : cache.list().toList();
  }

  /** The fleets that are known now; none before the start. */
  public Map<Owner, FleetView> fleets() {
    var known = parts;
    return known == null ? Map.of() : known.platform().fleets();
  }

  @Override
  public UpdateControl<DaytonaInstallation> reconcile(
      DaytonaInstallation resource, Context<DaytonaInstallation> context) {
    if (resource.getMetadata().getDeletionTimestamp() != null) {
      // Without a finalizer the garbage collector does the rest; writing now would race with it.
      return UpdateControl.noUpdate();
    }
    if (!gate.enter()) {
      return UpdateControl.noUpdate();
    }
    try (var unused = passes.passBegins()) {
      return pass(resource, context);
    } finally {
      gate.leave();
    }
  }

  private UpdateControl<DaytonaInstallation> pass(
      DaytonaInstallation resource, Context<DaytonaInstallation> context) {
    sweep(context);
    var started = clock.instant();
    var result = new Pass(java.util.Objects.requireNonNull(parts), resource).run();
    var status = statuses.status(result.situation());
    var later = writer.write(resource, status);
    var untold = events.tell(resource, status, result.situation().runners());
    if (result.writes() > 0) {
      LOG.atInfo()
          .addKeyValue("namespace", resource.getMetadata().getNamespace())
          .addKeyValue("name", resource.getMetadata().getName())
          .addKeyValue("writes", result.writes())
          .addKeyValue("millis", Duration.between(started, clock.instant()).toMillis())
          .log("reconciled");
    }
    return again(Stream.of(result.retryAfter(), later, untold));
  }

  /** Begins no further pass and waits for running ones; must come before the SDK is stopped. */
  public void drain() throws InterruptedException {
    gate.close();
    var known = parts;
    if (known != null) { // null when it never started
      known.platform().close();
    }
  }

  /** The SDK retries and logs; the status must not go on saying what held before. */
  @Override
  public ErrorStatusUpdateControl<DaytonaInstallation> updateErrorStatus(
      DaytonaInstallation resource, Context<DaytonaInstallation> context, Exception e) {
    if (resource.getMetadata().getDeletionTimestamp() == null && gate.enter()) {
      try {
        var result = new Pass(java.util.Objects.requireNonNull(parts), resource).failed(e);
        var unused = writer.write(resource, statuses.status(result.situation()));
      } catch (KubernetesClientException unreachable) {
        // Often the very fault: the retry writes what holds then.
        LOG.debug("status not written", unreachable);
      } finally {
        gate.leave();
      }
    }
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  private static UpdateControl<DaytonaInstallation> again(Stream<Optional<Duration>> due) {
    UpdateControl<DaytonaInstallation> control = UpdateControl.noUpdate();
    var next = due.flatMap(Optional::stream).min(Duration::compareTo);
    next.ifPresent(after -> control.rescheduleAfter(after.plusMillis(1)));
    return control;
  }

  /** Forgets resources that are gone; nothing else tells of their end. */
  private void sweep(Context<DaytonaInstallation> context) {
    if (swept.plus(SWEEP).isAfter(clock.instant())) {
      return;
    }
    swept = clock.instant();
    var uids = new HashSet<String>();
    var names = new HashSet<String>();
    context
        .getPrimaryCache()
        .list()
        .forEach(
            r -> {
              uids.add(r.getMetadata().getUid());
              names.add(r.getMetadata().getNamespace() + "/" + r.getMetadata().getName());
            });
    var known = java.util.Objects.requireNonNull(parts);
    known.engine().retain(uids);
    known.steps().retain(uids);
    known.ages().retain(uids);
    known.stuck().retain(uids);
    known.platform().retain(uids);
    known.references().retain(names);
    writer.retain(names);
    events.retain(uids);
  }
}
