package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyResult.NameConflict;
import dev.daytonaoperator.services.Annotations;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds names that we are about to use and somebody else already has. The label-selected informers
 * cannot see a stranger's object, and a forced apply would take it over: so before names are used
 * for the first time, one metadata LIST per kind looks at all objects of the namespace.
 */
final class NameScan {

  private final KubernetesClient client;
  private final Observed observed;
  private final Set<ObjectKey> known = new HashSet<>();
  private final Set<ObjectKey> strangers = new HashSet<>();
  private boolean cleared;

  NameScan(KubernetesClient client, Observed observed) {
    this.client = client;
    this.observed = observed;
  }

  /** The wanted names that strangers hold; asks the API server only about new names. */
  synchronized List<NameConflict> conflicts(Owner owner, Collection<ObjectKey> wanted) {
    strangers.removeIf(key -> !isStranger(owner, key));
    Map<String, List<ObjectKey>> unknown =
        wanted.stream()
            .filter(key -> !known.contains(key) && !seenAsOurs(owner, key))
            .collect(Collectors.groupingBy(ObjectKey::kind, TreeMap::new, Collectors.toList()));
    unknown.forEach((kind, keys) -> strangers.addAll(held(owner, kind, keys)));
    known.addAll(wanted);
    var conflicts = wanted.stream().filter(strangers::contains).map(NameConflict::new).toList();
    cleared |= conflicts.isEmpty();
    return conflicts;
  }

  /** The informers show other installations' objects too. */
  private boolean seenAsOurs(Owner owner, ObjectKey key) {
    return observed.find(key).filter(seen -> ours(owner, seen.getMetadata())).isPresent();
  }

  /** Whether all names of a scan were free or the owner's. */
  synchronized boolean cleared() {
    return cleared;
  }

  /** Remembers that a write showed this name to be a stranger's. */
  synchronized void found(ObjectKey key) {
    strangers.add(key);
  }

  private Set<ObjectKey> held(Owner owner, String kind, List<ObjectKey> keys) {
    var names = keys.stream().map(ObjectKey::name).collect(Collectors.toSet());
    var list =
        client
            .resources(ManagedKind.of(kind).type())
            .inNamespace(owner.namespace())
            .listAsPartialObjectMetadata();
    // The server's empty list has no items at all in this form.
    return Stream.ofNullable(list.getItems())
        .flatMap(List::stream)
        .map(item -> item.getMetadata())
        .filter(meta -> names.contains(meta.getName()) && !ours(owner, meta))
        .map(meta -> new ObjectKey(kind, owner.namespace(), meta.getName()))
        .collect(Collectors.toSet());
  }

  private boolean isStranger(Owner owner, ObjectKey key) {
    return live(key).filter(meta -> !ours(owner, meta)).isPresent();
  }

  /** Asks the API server whether an object of this owner is there. */
  boolean isOurs(Owner owner, ObjectKey key) {
    return live(key).filter(meta -> ours(owner, meta)).isPresent();
  }

  private Optional<ObjectMeta> live(ObjectKey key) {
    return Optional.ofNullable(
            client
                .resources(ManagedKind.of(key.kind()).type())
                .inNamespace(key.namespace())
                .withName(key.name())
                .getAsPartialObjectMetadata())
        .map(object -> object.getMetadata());
  }

  /**
   * Ours, an earlier resource's of this name (which ends by itself), or retained for this name; by
   * more than one mark, so that none is lost to a hand that removes a label or owner reference.
   */
  static boolean ours(Owner owner, ObjectMeta meta) {
    var controllers =
        meta.getOwnerReferences().stream()
            .filter(o -> Boolean.TRUE.equals(o.getController()))
            .toList();
    if (controllers.stream().anyMatch(o -> o.getUid().equals(owner.uid()))) {
      return true;
    }
    var labels = Objects.requireNonNullElse(meta.getLabels(), Map.<String, String>of());
    var annotations = Objects.requireNonNullElse(meta.getAnnotations(), Map.<String, String>of());
    boolean labelled =
        owner.name().equals(labels.get(Labels.INSTALLATION))
            && Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY));
    boolean applied =
        annotations.containsKey(Annotations.DESIRED)
            && owner.name().equals(labels.get(Labels.INSTANCE));
    return (labelled || applied)
        && controllers.stream()
            .allMatch(o -> o.getKind().equals(owner.kind()) && o.getName().equals(owner.name()));
  }
}
