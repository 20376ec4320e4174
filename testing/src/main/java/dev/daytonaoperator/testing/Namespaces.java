package dev.daytonaoperator.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Creates namespaces for a test class; all are deleted after it. */
public final class Namespaces {

  private final KubernetesClient client;
  private final List<String> created = new ArrayList<>();

  Namespaces(KubernetesClient client) {
    this.client = client;
  }

  /** A fresh namespace without Pod Security labels: every pod is allowed. */
  public synchronized TestNamespace create() {
    return create(Map.of());
  }

  /** A fresh namespace that enforces a Pod Security level: {@code restricted}, {@code baseline}. */
  public TestNamespace enforcing(String level) {
    return create(Map.of("pod-security.kubernetes.io/enforce", level));
  }

  private synchronized TestNamespace create(Map<String, String> labels) {
    var name = "t-" + UUID.randomUUID().toString().substring(0, 8);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
    created.add(name);
    return new TestNamespace(name);
  }

  /** Starts the deletion of all; does not wait for its end. */
  synchronized void delete() {
    created.forEach(name -> client.namespaces().withName(name).delete());
  }
}
