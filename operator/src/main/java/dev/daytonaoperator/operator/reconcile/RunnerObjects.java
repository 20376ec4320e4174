package dev.daytonaoperator.operator.reconcile;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away what only the life of a runner may take away: its pod and its volume. */
final class RunnerObjects {

  private static final Logger LOG = LoggerFactory.getLogger(RunnerObjects.class);

  private final KubernetesClient client;

  RunnerObjects(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Deletes exactly the pod or claim that was seen, never its successor. A pod gets the time to end
   * that its template gives it.
   *
   * @return false when it was another one already
   */
  boolean delete(HasMetadata seen) {
    var meta = seen.getMetadata();
    var options =
        new DeleteOptionsBuilder()
            .withNewPreconditions()
            .withUid(meta.getUid())
            .endPreconditions()
            .build();
    var path =
        "/api/v1/namespaces/%s/%ss/%s"
            .formatted(
                meta.getNamespace(),
                seen.getKind().toLowerCase(java.util.Locale.ROOT),
                meta.getName());
    try {
      var unused = client.raw(path, "DELETE", options);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
    LOG.atInfo()
        .addKeyValue("namespace", meta.getNamespace())
        .addKeyValue("kind", seen.getKind())
        .addKeyValue("name", meta.getName())
        .log("deleted for a runner");
    return true;
  }
}
