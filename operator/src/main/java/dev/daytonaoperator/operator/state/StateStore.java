package dev.daytonaoperator.operator.state;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads and writes the ConfigMap {@code <installation>-state}. */
public final class StateStore {

  /** What a look at the record gives. */
  public sealed interface Loaded {

    /** The state to decide from; {@link InstallationState#EMPTY} when there is no record yet. */
    record Known(InstallationState state) implements Loaded {}

    /** The record of an earlier resource of this name is on its way out: wait for its end. */
    record Dying(ObjectKey key) implements Loaded {}

    /** Something else holds the record's name. */
    record Foreign(ObjectKey key) implements Loaded {}
  }

  /** What came of a save. */
  public enum Saved {
    UNCHANGED,
    WRITTEN,
    /** The record is not the one that was loaded: load again and decide again. */
    STALE
  }

  private final KubernetesClient client;
  private final Observed observed;
  private final RecentWrites<ConfigMap> recent;

  public StateStore(KubernetesClient client, Observed observed, Clock clock) {
    this.client = client;
    this.observed = observed;
    this.recent = new RecentWrites<>(clock);
  }

  public static String nameOf(String installation) {
    return installation + "-state";
  }

  public Loaded load(Owner owner) {
    var found = find(key(owner));
    if (found.isEmpty()) {
      return new Loaded.Known(InstallationState.EMPTY);
    }
    return switch (RetainedObject.standing(found.orElseThrow(), owner, Labels.ROLE_STATE)) {
      case OURS -> new Loaded.Known(InstallationState.of(data(found.orElseThrow())));
      case DYING -> new Loaded.Dying(key(owner));
      case FOREIGN -> new Loaded.Foreign(key(owner));
    };
  }

  /** Writes the state, and the owner reference that the retention policy wants, if they differ. */
  public Saved save(Owner owner, InstallationState state) {
    var found = find(key(owner));
    if (found.isEmpty()) {
      return create(owner, state);
    }
    var current = found.orElseThrow();
    if (RetainedObject.standing(current, owner, Labels.ROLE_STATE)
        != RetainedObject.Standing.OURS) {
      return Saved.STALE;
    }
    var references = RetainedObject.correction(current, owner);
    var labels = RetainedObject.labelCorrection(current, labels(owner));
    var differs = !data(current).equals(state.entries());
    if (!differs && references.isEmpty() && labels.isEmpty()) {
      return Saved.UNCHANGED;
    }
    var patch = new GuardedWrite(current);
    if (differs) {
      patch.data(state.entries());
    }
    references.ifPresent(patch::ownerReferences);
    labels.ifPresent(patch::labels);
    return patch(key(owner), current, patch);
  }

  /** Drops what is remembered of an installation whose resource is gone. */
  public void forget(Owner owner) {
    recent.forget(key(owner));
  }

  private Saved create(Owner owner, InstallationState state) {
    var key = key(owner);
    try {
      recent.remember(key, client.resource(configMap(owner, state)).create());
      return Saved.WRITTEN;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      reread(key);
      return Saved.STALE;
    }
  }

  /** The ConfigMap that holds a new installation's state. */
  public static ConfigMap configMap(Owner owner, InstallationState state) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(owner.namespace())
        .withName(nameOf(owner.name()))
        .withLabels(labels(owner))
        .withOwnerReferences(RetainedObject.ownerReferences(owner))
        .endMetadata()
        .withData(state.entries())
        .build();
  }

  private Saved patch(ObjectKey key, ConfigMap read, GuardedWrite patch) {
    try {
      recent.remember(
          key, client.resource(read).patch(PatchContext.of(PatchType.JSON), patch.json()));
      return Saved.WRITTEN;
    } catch (KubernetesClientException e) {
      if (!GuardedWrite.refusedAsStale(e.getCode())) {
        throw e;
      }
      reread(key);
      return Saved.STALE;
    }
  }

  private void reread(ObjectKey key) {
    live(key).ifPresentOrElse(found -> recent.remember(key, found), () -> recent.forget(key));
  }

  private Optional<ConfigMap> find(ObjectKey key) {
    return recent.newest(key, observed.find(key).map(ConfigMap.class::cast), this::live);
  }

  private Optional<ConfigMap> live(ObjectKey key) {
    return Optional.ofNullable(
        client.configMaps().inNamespace(key.namespace()).withName(key.name()).get());
  }

  private static Map<String, String> labels(Owner owner) {
    return RetainedObject.labels(owner, Labels.ROLE_STATE, "state");
  }

  private static ObjectKey key(Owner owner) {
    return new ObjectKey("ConfigMap", owner.namespace(), nameOf(owner.name()));
  }

  private static Map<String, String> data(ConfigMap configMap) {
    return Objects.requireNonNullElse(configMap.getData(), Map.of());
  }
}
