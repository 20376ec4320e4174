package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ComponentOverride;
import dev.daytonaoperator.api.v1alpha1.NameRef;
import dev.daytonaoperator.api.v1alpha1.PodOverrides;
import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pod of the platform. Every pod is made here, so that none can forget what all must have: labels
 * that selectors match, no service links and no token (contract T14, T27), Pod Security's
 * restricted profile, pull secrets, the user's overrides, and the digest of everything it reads at
 * start.
 */
final class PodTemplate {

  private static final int FILE_MODE = 0440;

  private final Inputs inputs;
  private final Identity identity;
  private final List<PodOverrides> overrides = new ArrayList<>();
  private final ConfigDigest digest = new ConfigDigest();
  private final Map<String, Volume> volumes = new LinkedHashMap<>();
  private final List<ContainerSpec> initContainers = new ArrayList<>();
  private final List<ContainerSpec> containers = new ArrayList<>();
  private final Map<String, String> annotations = new TreeMap<>();
  private final Map<String, String> nodeSelector = new TreeMap<>();
  private final List<Toleration> tolerations = new ArrayList<>();
  private @Nullable Affinity affinity;
  private @Nullable String runtimeClassName;
  private @Nullable String restartPolicy;
  private @Nullable Long uid;
  private @Nullable Long gid;
  private long gracePeriodSeconds = 30;

  private PodTemplate(Inputs inputs, Identity identity, ComponentOverride.Name overriddenBy) {
    this.inputs = inputs;
    this.identity = identity;
    Optional.ofNullable(inputs.spec().components()).orElse(List.of()).stream()
        .filter(c -> c.name() == overriddenBy)
        .forEach(c -> overrides(c.pod()));
  }

  /** A pod of the component, with the overrides that the spec has for it. */
  static PodTemplate of(Inputs inputs, ComponentName component) {
    return of(inputs, component, Identity.of(inputs, component));
  }

  /** A pod of one of several workloads of the component. */
  static PodTemplate of(Inputs inputs, ComponentName component, Identity identity) {
    return new PodTemplate(inputs, identity, component.override());
  }

  /** A pod that ends: overrides come from the entry {@code jobs}. */
  static PodTemplate ofJob(Inputs inputs, Identity identity) {
    var pod = new PodTemplate(inputs, identity, ComponentOverride.Name.jobs);
    pod.restartPolicy = "Never";
    return pod;
  }

  /** Overrides on top of those that the component has; absent is none. */
  PodTemplate overrides(@Nullable PodOverrides more) {
    if (more != null) {
      overrides.add(more);
    }
    return this;
  }

  /** The user and group that the image has; volumes are made writable for the group. */
  PodTemplate runAs(long uid, long gid) {
    this.uid = uid;
    this.gid = gid;
    return this;
  }

  PodTemplate gracePeriod(long seconds) {
    this.gracePeriodSeconds = seconds;
    return this;
  }

  PodTemplate nodeSelector(String key, String value) {
    nodeSelector.put(key, value);
    return this;
  }

  PodTemplate toleration(Toleration toleration) {
    tolerations.add(toleration);
    return this;
  }

  /** Unless the user sets another. */
  PodTemplate affinity(Affinity affinity) {
    this.affinity = affinity;
    return this;
  }

  PodTemplate runtimeClass(@Nullable String name) {
    this.runtimeClassName = name;
    return this;
  }

  PodTemplate annotation(String key, String value) {
    annotations.put(key, value);
    return this;
  }

  PodTemplate container(String name, Image image, Consumer<ContainerSpec> content) {
    return container(name, inputs.images().get(image), content);
  }

  PodTemplate container(String name, String image, Consumer<ContainerSpec> content) {
    containers.add(filled(name, image, content));
    return this;
  }

  PodTemplate initContainer(String name, Image image, Consumer<ContainerSpec> content) {
    return initContainer(name, inputs.images().get(image), content);
  }

  PodTemplate initContainer(String name, String image, Consumer<ContainerSpec> content) {
    initContainers.add(filled(name, image, content));
    return this;
  }

  private ContainerSpec filled(String name, String image, Consumer<ContainerSpec> content) {
    var container = new ContainerSpec(this, inputs, name, image);
    content.accept(container);
    return container;
  }

  /** Any other volume; containers mount it by its name. */
  PodTemplate volume(Volume volume) {
    add(volume);
    return this;
  }

  /** The pod reads this at start, in a way that this class does not see. */
  PodTemplate reads(CredentialRef credential) {
    digest.add(credential);
    return this;
  }

  PodTemplate reads(ConfigMap configMap) {
    digest.add(configMap);
    return this;
  }

  String claim(String claimName) {
    return add(
        new VolumeBuilder().withName("data").withNewPersistentVolumeClaim(claimName, null).build());
  }

  String emptyDir(String name) {
    return add(new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build());
  }

  String memoryDir(String name, String size) {
    return add(
        new VolumeBuilder()
            .withName(name)
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(new Quantity(size))
            .endEmptyDir()
            .build());
  }

  String config(ConfigMap configMap) {
    digest.add(configMap);
    var name = configMap.getMetadata().getName();
    return add(
        new VolumeBuilder()
            .withName("config-" + name.substring(identity.installation().length() + 1))
            .withNewConfigMap()
            .withName(name)
            .withDefaultMode(FILE_MODE)
            .endConfigMap()
            .build());
  }

  String secrets(String name, Map<String, CredentialRef> files) {
    var sources = new ArrayList<VolumeProjection>();
    new TreeMap<>(files)
        .forEach(
            (file, credential) -> {
              digest.add(credential);
              sources.add(
                  new VolumeProjectionBuilder()
                      .withNewSecret()
                      .withName(credential.secretName())
                      .addNewItem()
                      .withKey(credential.key())
                      .withPath(file)
                      .endItem()
                      .endSecret()
                      .build());
            });
    return add(
        new VolumeBuilder()
            .withName(name)
            .withNewProjected()
            .withDefaultMode(FILE_MODE)
            .withSources(sources)
            .endProjected()
            .build());
  }

  /** {@code /var/run/postgresql} becomes {@code var-run-postgresql}. */
  static String volumeName(String path) {
    return path.substring(1).replaceAll("[^a-zA-Z0-9]+", "-").toLowerCase(Locale.ROOT);
  }

  private String add(Volume volume) {
    var before = volumes.putIfAbsent(volume.getName(), volume);
    if (before != null && !before.equals(volume)) {
      throw new IllegalStateException("two different volumes are named " + volume.getName());
    }
    return volume.getName();
  }

  PodTemplateSpec build() {
    var merge = new PodOverridesMerge(overrides);
    digest.value().ifPresent(value -> annotations.put(Annotations.CONFIG_DIGEST, value));
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(merge.labels(identity.podLabels()))
        .withAnnotations(merge.annotations(annotations))
        .endMetadata()
        .withNewSpec()
        .withEnableServiceLinks(false)
        .withAutomountServiceAccountToken(false)
        .withRestartPolicy(restartPolicy)
        .withRuntimeClassName(runtimeClassName)
        .withPriorityClassName(merge.priorityClassName())
        .withTerminationGracePeriodSeconds(gracePeriodSeconds)
        .withImagePullSecrets(pullSecrets())
        .withNodeSelector(merge.nodeSelector(nodeSelector))
        .withTolerations(merge.tolerations(tolerations))
        .withAffinity(merge.affinity(affinity))
        .withTopologySpreadConstraints(merge.topologySpreadConstraints())
        .withSecurityContext(merge.securityContext(securityContext()))
        .withInitContainers(
            initContainers.stream().map(c -> c.build(new PodOverridesMerge(List.of()))).toList())
        .withContainers(containers.stream().map(c -> c.build(merge)).toList())
        .withVolumes(List.copyOf(merge.volumes(volumes).values()))
        .endSpec()
        .build();
  }

  private List<LocalObjectReference> pullSecrets() {
    return Optional.ofNullable(inputs.spec().images().pullSecrets()).orElse(List.of()).stream()
        .map(NameRef::name)
        .map(LocalObjectReference::new)
        .toList();
  }

  private PodSecurityContext securityContext() {
    var context =
        new PodSecurityContextBuilder()
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile();
    if (uid != null) {
      context
          .withRunAsNonRoot(uid == 0 ? null : Boolean.TRUE)
          .withRunAsUser(uid)
          .withRunAsGroup(gid);
      if (!volumes.isEmpty()) {
        // chown a large volume once, not at every start
        context.withFsGroup(gid).withFsGroupChangePolicy("OnRootMismatch");
      }
    }
    return context.build();
  }
}
