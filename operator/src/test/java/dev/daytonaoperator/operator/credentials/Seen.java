package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What informers have seen, as far as a test lets them: the labelled objects of the server at the
 * last {@link #catchUp()}.
 */
public final class Seen implements Observed {

  private final KubernetesClient client;
  private final String namespace;
  private List<HasMetadata> objects = List.of();

  public Seen(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  public void catchUp() {
    var found = new ArrayList<HasMetadata>();
    found.addAll(
        client.secrets().inNamespace(namespace).withLabel(Labels.INSTALLATION).list().getItems());
    found.addAll(
        client
            .configMaps()
            .inNamespace(namespace)
            .withLabel(Labels.INSTALLATION)
            .list()
            .getItems());
    found.addAll(
        client
            .persistentVolumeClaims()
            .inNamespace(namespace)
            .withLabel(Labels.INSTALLATION)
            .list()
            .getItems());
    objects = found;
  }

  @Override
  public Optional<HasMetadata> find(ObjectKey key) {
    return objects.stream().filter(object -> ObjectKey.of(object).equals(key)).findFirst();
  }

  @Override
  public Collection<HasMetadata> labelled(String namespace, String installation) {
    return objects.stream()
        .filter(
            object ->
                installation.equals(object.getMetadata().getLabels().get(Labels.INSTALLATION)))
        .toList();
  }

  @Override
  public Collection<HasMetadata> ownedBy(String uid) {
    return objects.stream()
        .filter(
            object ->
                object.getMetadata().getOwnerReferences().stream()
                    .anyMatch(reference -> uid.equals(reference.getUid())))
        .toList();
  }
}
