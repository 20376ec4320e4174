package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyListener.Outcome;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Set;

/** Removes children that are no longer wanted. Claims stay: they are data. */
final class Pruner {

  private final KubernetesClient client;
  private final Observed observed;
  private final Ending ending;
  private final Report report;

  Pruner(KubernetesClient client, Observed observed, Ending ending, Report report) {
    this.client = client;
    this.observed = observed;
    this.ending = ending;
    this.report = report;
  }

  void prune(Owner owner, Set<ObjectKey> desired) {
    for (var object : observed.ownedBy(owner.uid())) {
      var key = ObjectKey.of(object);
      if (!desired.contains(key) && prunable(object) && !ending.contains(object)) {
        delete(key, object);
      }
    }
    for (var object : observed.labelled(owner.namespace(), owner.name())) {
      var key = ObjectKey.of(object);
      if (object instanceof PersistentVolumeClaim && !desired.contains(key)) {
        report.retained(key);
      }
    }
  }

  private static boolean prunable(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))
        && !labels.containsKey(Labels.ROLE)
        && !(object instanceof PersistentVolumeClaim)
        && object.getMetadata().getDeletionTimestamp() == null;
  }

  private void delete(ObjectKey key, HasMetadata object) {
    try {
      Deletion.delete(client, object, DeletionPropagation.BACKGROUND);
      ending.deleted(object);
      report.written(key, Outcome.DELETED);
    } catch (KubernetesClientException e) {
      boolean gone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
      if (!gone) {
        // a conflict: it changed since it was seen; its event brings us back
        report.fault(key, Words.of(e));
      }
    }
  }
}
