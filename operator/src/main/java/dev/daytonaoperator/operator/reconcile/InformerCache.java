package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ManagedKind;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One label-selected informer per kind, shared by everything that reads the cluster.
 *
 * <p>The SDK's own read-after-write caches are switched off: they lose events in this version; the
 * apply engine's memo does that job.
 */
final class InformerCache implements Observed, ObservedPods {

  private static final String BY_INSTALLATION = "installation";
  private static final String BY_OWNER = "owner-uid";

  private final Map<String, InformerEventSource<? extends HasMetadata, DaytonaInstallation>>
      byKind = new LinkedHashMap<>();
  private final InformerEventSource<Pod, DaytonaInstallation> pods;

  InformerCache(EventSourceContext<DaytonaInstallation> context) {
    for (var kind : ManagedKind.values()) {
      byKind.put(kind.kind(), informer(kind.type(), context));
    }
    pods = informer(Pod.class, context);
  }

  private static <T extends HasMetadata> InformerEventSource<T, DaytonaInstallation> informer(
      Class<T> type, EventSourceContext<DaytonaInstallation> context) {
    var configuration =
        InformerEventSourceConfiguration.from(type, DaytonaInstallation.class)
            .withName(type.getSimpleName())
            .withLabelSelector(Labels.INSTALLATION)
            .withNamespacesInheritedFromController()
            .withComparableResourceVersion(false)
            .withSecondaryToPrimaryMapper(InformerCache::installationOf)
            .build();
    var source = new InformerEventSource<T, DaytonaInstallation>(configuration, context);
    source.addIndexers(
        Map.of(
            BY_INSTALLATION,
            object -> List.of(object.getMetadata().getNamespace() + "/" + labelOf(object)),
            BY_OWNER,
            InformerCache::ownerUids));
    return source;
  }

  private static Set<ResourceID> installationOf(HasMetadata object) {
    return Set.of(new ResourceID(labelOf(object), object.getMetadata().getNamespace()));
  }

  private static String labelOf(HasMetadata object) {
    return object.getMetadata().getLabels().getOrDefault(Labels.INSTALLATION, "");
  }

  private static List<String> ownerUids(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(o -> Boolean.TRUE.equals(o.getController()))
        .map(o -> o.getUid())
        .toList();
  }

  List<EventSource<?, DaytonaInstallation>> eventSources() {
    var sources = new ArrayList<EventSource<?, DaytonaInstallation>>(byKind.values());
    sources.add(pods);
    return sources;
  }

  @Override
  public Optional<HasMetadata> find(ObjectKey key) {
    var source = byKind.get(key.kind());
    return source == null
        ? Optional.empty()
        : source.get(new ResourceID(key.name(), key.namespace())).map(HasMetadata.class::cast);
  }

  @Override
  public Collection<HasMetadata> labelled(String namespace, String installation) {
    return indexed(BY_INSTALLATION, namespace + "/" + installation);
  }

  @Override
  public Collection<HasMetadata> ownedBy(String uid) {
    return indexed(BY_OWNER, uid);
  }

  /** The pods of an installation, for the reasons why they are not ready. */
  @Override
  public Collection<Pod> pods(String namespace, String installation) {
    return pods.byIndex(BY_INSTALLATION, namespace + "/" + installation);
  }

  private Collection<HasMetadata> indexed(String index, String key) {
    var result = new ArrayList<HasMetadata>();
    byKind.values().forEach(source -> result.addAll(source.byIndex(index, key)));
    return result;
  }
}
