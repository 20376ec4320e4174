package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.credentials.ReferencedSecrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the Secrets that users name in their resources: one single-name informer for each, so
 * that no other Secret of the namespace is ever read.
 */
final class ReferencedSecretWatch implements ReferencedSecrets {

  private static final long SYNC_SECONDS = 10;

  private record SecretId(String namespace, String name) {}

  /** One watched Secret and the installations that name it. */
  private record Watched(SharedIndexInformer<Secret> informer, Set<ResourceID> users) {}

  private final KubernetesClient client;
  private final SimpleInboundEventSource<DaytonaInstallation> events =
      new SimpleInboundEventSource<>("ReferencedSecrets");
  private final Map<SecretId, Watched> watched = new HashMap<>();

  ReferencedSecretWatch(KubernetesClient client) {
    this.client = client;
  }

  SimpleInboundEventSource<DaytonaInstallation> eventSource() {
    return events;
  }

  /** Watches exactly these Secrets on behalf of this installation. */
  synchronized void use(ResourceID installation, Set<String> names) {
    for (var name : names) {
      var id = new SecretId(installation.getNamespace().orElseThrow(), name);
      watched
          .computeIfAbsent(id, i -> new Watched(start(i), new HashSet<>()))
          .users()
          .add(installation);
    }
    watched
        .entrySet()
        .removeIf(
            entry -> {
              var users = entry.getValue().users();
              if (!names.contains(entry.getKey().name())
                  && users.remove(installation)
                  && users.isEmpty()) {
                entry.getValue().informer().stop();
                return true;
              }
              return false;
            });
  }

  /** Stops watching on behalf of installations that are gone. */
  synchronized void retain(Set<String> namespacedNames) {
    watched
        .entrySet()
        .removeIf(
            entry -> {
              var users = entry.getValue().users();
              users.removeIf(
                  user ->
                      !namespacedNames.contains(
                          user.getNamespace().orElseThrow() + "/" + user.getName()));
              if (users.isEmpty()) {
                entry.getValue().informer().stop();
              }
              return users.isEmpty();
            });
  }

  /** The Secret as last seen; waits for the first answer of a new watch. */
  @Override
  public Optional<Secret> find(String namespace, String name) {
    @Nullable Watched entry;
    synchronized (this) {
      entry = watched.get(new SecretId(namespace, name));
    }
    if (entry == null) {
      return Optional.empty();
    }
    awaitSync(entry.informer(), namespace, name);
    return Optional.ofNullable(entry.informer().getStore().getByKey(namespace + "/" + name));
  }

  private static void awaitSync(
      SharedIndexInformer<Secret> informer, String namespace, String name) {
    if (informer.hasSynced()) {
      return;
    }
    try {
      informer.start().toCompletableFuture().get(SYNC_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      // not the same as absent: reported as a fault, so that nothing is decided on it
      throw new IllegalStateException("cannot read Secret " + namespace + "/" + name, e);
    }
  }

  private SharedIndexInformer<Secret> start(SecretId id) {
    var informer =
        client
            .secrets()
            .inNamespace(id.namespace())
            .withName(id.name())
            .runnableInformer(0)
            .addEventHandler(new Handler(id));
    informer.exceptionHandler((isStarted, t) -> true);
    var unused = informer.start();
    return informer;
  }

  private void changed(SecretId id) {
    Set<ResourceID> users;
    synchronized (this) {
      var entry = watched.get(id);
      users = entry == null ? Set.of() : Set.copyOf(entry.users());
    }
    users.forEach(events::propagateEvent);
  }

  private final class Handler implements ResourceEventHandler<Secret> {
    private final SecretId id;

    Handler(SecretId id) {
      this.id = id;
    }

    @Override
    public void onAdd(Secret secret) {
      changed(id);
    }

    @Override
    public void onUpdate(Secret before, Secret after) {
      changed(id);
    }

    @Override
    public void onDelete(Secret secret, boolean finalStateUnknown) {
      changed(id);
    }
  }
}
