package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ExtraVolume;
import dev.daytonaoperator.api.v1alpha1.PodOverrides;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's pod settings over the operator's. Single settings: the user's last word counts. What
 * the platform depends on (labels that selectors match, its own variables, volumes and mounts)
 * stays the operator's.
 *
 * @param layers general before special
 */
record PodOverridesMerge(List<PodOverrides> layers) {

  PodOverridesMerge {
    layers = List.copyOf(layers);
  }

  Map<String, String> labels(Map<String, String> ours) {
    return ownedOver(PodOverrides::labels, ours);
  }

  Map<String, String> annotations(Map<String, String> ours) {
    return ownedOver(PodOverrides::annotations, ours);
  }

  Map<String, String> nodeSelector(Map<String, String> ours) {
    var merged = new TreeMap<>(ours);
    given(PodOverrides::nodeSelector).forEach(merged::putAll);
    return merged;
  }

  List<Toleration> tolerations(List<Toleration> ours) {
    var merged = new ArrayList<>(ours);
    given(PodOverrides::tolerations).flatMap(List::stream).forEach(merged::add);
    return merged.stream().distinct().toList();
  }

  @Nullable Affinity affinity(@Nullable Affinity ours) {
    return last(PodOverrides::affinity, ours);
  }

  @Nullable String priorityClassName() {
    return last(PodOverrides::priorityClassName, null);
  }

  List<TopologySpreadConstraint> topologySpreadConstraints() {
    return given(PodOverrides::topologySpreadConstraints).flatMap(List::stream).distinct().toList();
  }

  Map<String, EnvVar> env(Map<String, EnvVar> ours) {
    return added(PodOverrides::extraEnv, EnvVar::getName, ours);
  }

  Map<String, Volume> volumes(Map<String, Volume> ours) {
    var merged = new LinkedHashMap<>(ours);
    given(PodOverrides::extraVolumes)
        .flatMap(List::stream)
        .map(PodOverridesMerge::volume)
        .forEach(volume -> merged.putIfAbsent(volume.getName(), volume));
    return merged;
  }

  private static Volume volume(ExtraVolume extra) {
    return new VolumeBuilder()
        .withName(extra.name())
        .withConfigMap(extra.configMap())
        .withSecret(extra.secret())
        .withEmptyDir(extra.emptyDir())
        .withPersistentVolumeClaim(extra.persistentVolumeClaim())
        .build();
  }

  Map<String, VolumeMount> mounts(Map<String, VolumeMount> ours) {
    return added(PodOverrides::extraVolumeMounts, VolumeMount::getMountPath, ours);
  }

  /**
   * Resource by resource: naming memory in requests or limits replaces both of ours, as a default
   * limit below the wanted request would be refused.
   */
  @Nullable ResourceRequirements resources(
      Map<String, Quantity> requests, Map<String, Quantity> limits) {
    var mergedRequests = new TreeMap<>(requests);
    var mergedLimits = new TreeMap<>(limits);
    given(PodOverrides::resources)
        .forEach(
            wanted -> {
              var wantedRequests = orEmpty(wanted.getRequests());
              var wantedLimits = orEmpty(wanted.getLimits());
              Stream.of(wantedRequests, wantedLimits)
                  .flatMap(m -> m.keySet().stream())
                  .forEach(
                      name -> {
                        mergedRequests.remove(name);
                        mergedLimits.remove(name);
                      });
              mergedRequests.putAll(wantedRequests);
              mergedLimits.putAll(wantedLimits);
            });
    if (mergedRequests.isEmpty() && mergedLimits.isEmpty()) {
      return null;
    }
    return new ResourceRequirementsBuilder()
        .withRequests(mergedRequests)
        .withLimits(mergedLimits)
        .build();
  }

  PodSecurityContext securityContext(PodSecurityContext ours) {
    var merged = ours;
    for (var theirs : given(PodOverrides::securityContext).toList()) {
      merged = over(merged, theirs);
    }
    return merged;
  }

  private static PodSecurityContext over(PodSecurityContext ours, PodSecurityContext theirs) {
    var merged = new PodSecurityContextBuilder(ours);
    ifGiven(theirs.getAppArmorProfile(), merged::withAppArmorProfile);
    ifGiven(theirs.getFsGroup(), merged::withFsGroup);
    ifGiven(theirs.getFsGroupChangePolicy(), merged::withFsGroupChangePolicy);
    ifGiven(theirs.getRunAsGroup(), merged::withRunAsGroup);
    ifGiven(theirs.getRunAsNonRoot(), merged::withRunAsNonRoot);
    ifGiven(theirs.getRunAsUser(), merged::withRunAsUser);
    ifGiven(theirs.getSeLinuxChangePolicy(), merged::withSeLinuxChangePolicy);
    ifGiven(theirs.getSeLinuxOptions(), merged::withSeLinuxOptions);
    ifGiven(theirs.getSeccompProfile(), merged::withSeccompProfile);
    ifGiven(theirs.getSupplementalGroupsPolicy(), merged::withSupplementalGroupsPolicy);
    if (!theirs.getSupplementalGroups().isEmpty()) {
      merged.withSupplementalGroups(theirs.getSupplementalGroups());
    }
    if (!theirs.getSysctls().isEmpty()) {
      merged.withSysctls(theirs.getSysctls());
    }
    return merged.build();
  }

  private static <T> void ifGiven(@Nullable T value, java.util.function.Consumer<T> set) {
    if (value != null) {
      set.accept(value);
    }
  }

  /** The operator's own keys are reserved, also those that this pod happens not to have. */
  private Map<String, String> ownedOver(
      Function<PodOverrides, @Nullable Map<String, String>> member, Map<String, String> ours) {
    var merged = new TreeMap<String, String>();
    given(member).forEach(merged::putAll);
    merged.keySet().removeIf(key -> key.startsWith(Labels.PREFIX));
    merged.putAll(ours);
    return merged;
  }

  private <T> Map<String, T> added(
      Function<PodOverrides, @Nullable List<T>> member,
      Function<T, String> key,
      Map<String, T> ours) {
    var theirs = new LinkedHashMap<String, T>();
    given(member).flatMap(List::stream).forEach(item -> theirs.put(key.apply(item), item));
    var merged = new LinkedHashMap<>(ours);
    theirs.forEach(merged::putIfAbsent);
    return merged;
  }

  private <T> @Nullable T last(Function<PodOverrides, @Nullable T> member, @Nullable T ours) {
    return given(member).reduce((earlier, later) -> later).orElse(ours);
  }

  @SuppressWarnings("NullAway") // the filter is what removes null
  private <T> Stream<T> given(Function<PodOverrides, @Nullable T> member) {
    return layers.stream().map(member).filter(java.util.Objects::nonNull);
  }

  private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> map) {
    return map == null ? Map.of() : map;
  }
}
