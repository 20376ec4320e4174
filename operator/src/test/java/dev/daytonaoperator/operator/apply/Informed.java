package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What informers have seen, as far as a test lets them: the labelled objects of the server at the
 * last {@link #catchUp()}.
 */
public final class Informed implements Observed {

  private final KubernetesClient client;
  private final String namespace;
  private Map<ObjectKey, HasMetadata> objects = Map.of();
  private List<Pod> pods = List.of();

  public Informed(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The informer of pods lags behind the others. */
  public void catchUpWithoutPods() {
    var found = new LinkedHashMap<ObjectKey, HasMetadata>();
    for (var kind : ManagedKind.values()) {
      for (var object :
          client
              .resources(kind.type())
              .inNamespace(namespace)
              .withLabel(Labels.INSTALLATION)
              .list()
              .getItems()) {
        found.put(ObjectKey.of(object), object);
      }
    }
    objects = found;
  }

  public void catchUp() {
    catchUpWithoutPods();
    pods = client.pods().inNamespace(namespace).withLabel(Labels.INSTALLATION).list().getItems();
  }

  @Override
  public Optional<HasMetadata> find(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  @Override
  public Collection<HasMetadata> labelled(String namespace, String installation) {
    return objects.values().stream()
        .filter(o -> installation.equals(o.getMetadata().getLabels().get(Labels.INSTALLATION)))
        .toList();
  }

  @Override
  public Collection<HasMetadata> ownedBy(String uid) {
    return objects.values().stream()
        .filter(
            o ->
                o.getMetadata().getOwnerReferences().stream()
                    .anyMatch(
                        r -> Boolean.TRUE.equals(r.getController()) && uid.equals(r.getUid())))
        .toList();
  }

  public Collection<Pod> pods(String namespace, String installation) {
    return pods.stream()
        .filter(p -> installation.equals(p.getMetadata().getLabels().get(Labels.INSTALLATION)))
        .toList();
  }
}
