package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One container of a {@link PodTemplate}. Without further word it satisfies Pod Security's
 * restricted profile and has a read-only root file system; whoever loosens that says why.
 */
final class ContainerSpec {

  private final PodTemplate pod;
  private final Inputs inputs;
  private final ContainerBuilder container;
  private final Map<String, EnvVar> env = new LinkedHashMap<>();
  private final Map<String, VolumeMount> mounts = new LinkedHashMap<>();
  private final Map<String, Quantity> requests = new LinkedHashMap<>();
  private final Map<String, Quantity> limits = new LinkedHashMap<>();
  private final SecurityContextBuilder security =
      new SecurityContextBuilder()
          .withAllowPrivilegeEscalation(false)
          .withNewCapabilities()
          .withDrop("ALL")
          .endCapabilities()
          .withReadOnlyRootFilesystem(true);

  ContainerSpec(PodTemplate pod, Inputs inputs, String name, String image) {
    this.pod = pod;
    this.inputs = inputs;
    this.container =
        new ContainerBuilder()
            .withName(name)
            .withImage(image)
            .withImagePullPolicy(inputs.spec().images().pullPolicy().name());
  }

  ContainerSpec command(String... command) {
    container.withCommand(command);
    return this;
  }

  ContainerSpec args(String... args) {
    container.withArgs(args);
    return this;
  }

  ContainerSpec workingDir(String path) {
    container.withWorkingDir(path);
    return this;
  }

  /** Never a credential. The empty string defines the variable as empty. */
  ContainerSpec env(String name, String value) {
    // the server drops an empty value; a name alone means the same and compares equal
    env.put(name, new EnvVar(name, value.isEmpty() ? null : value, null));
    return this;
  }

  ContainerSpec env(String name, int value) {
    return env(name, Integer.toString(value));
  }

  ContainerSpec env(String name, boolean value) {
    return env(name, Boolean.toString(value));
  }

  ContainerSpec env(Map<String, String> variables) {
    variables.forEach(this::env);
    return this;
  }

  ContainerSpec secretEnv(String name, Credential credential) {
    return secretEnv(name, inputs.credentials().get(credential));
  }

  ContainerSpec secretEnv(String name, CredentialRef credential) {
    pod.reads(credential);
    env.put(name, secretVariable(name, credential));
    return this;
  }

  /**
   * A credential that the process reads at its very first start only: a pod need not be replaced
   * when it changes, and what it was read into is changed by a {@link Step}.
   */
  ContainerSpec firstSecretEnv(String name, CredentialRef credential) {
    env.put(name, secretVariable(name, credential));
    return this;
  }

  ContainerSpec firstSecretEnv(String name, Credential credential) {
    return firstSecretEnv(name, inputs.credentials().get(credential));
  }

  private static EnvVar secretVariable(String name, CredentialRef credential) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(credential.key(), credential.secretName(), null)
        .endValueFrom()
        .build();
  }

  /** A field of the pod, like {@code status.podIP}. */
  ContainerSpec fieldEnv(String name, String fieldPath) {
    env.put(
        name,
        new EnvVarBuilder()
            .withName(name)
            .withNewValueFrom()
            .withNewFieldRef("v1", fieldPath)
            .endValueFrom()
            .build());
    return this;
  }

  ContainerSpec port(String name, int port) {
    container.addNewPort().withName(name).withContainerPort(port).withProtocol("TCP").endPort();
    return this;
  }

  ContainerSpec startup(Probe probe) {
    container.withStartupProbe(probe);
    return this;
  }

  ContainerSpec readiness(Probe probe) {
    container.withReadinessProbe(probe);
    return this;
  }

  ContainerSpec liveness(Probe probe) {
    container.withLivenessProbe(probe);
    return this;
  }

  ContainerSpec preStop(String... command) {
    container
        .withNewLifecycle()
        .withNewPreStop()
        .withNewExec()
        .withCommand(command)
        .endExec()
        .endPreStop()
        .endLifecycle();
    return this;
  }

  /** Default requests; canonical quantities, as the server writes them. */
  ContainerSpec requests(String cpu, String memory) {
    requests.put("cpu", new Quantity(cpu));
    requests.put("memory", new Quantity(memory));
    return this;
  }

  ContainerSpec memoryLimit(String memory) {
    limits.put("memory", new Quantity(memory));
    return this;
  }

  /** A device or other extended resource, which has request and limit alike. */
  ContainerSpec extendedResource(String name, int count) {
    limits.put(name, new Quantity(Integer.toString(count)));
    return this;
  }

  /** Mounts a volume that the pod already has. */
  ContainerSpec mount(String path, String volume) {
    return mount(new VolumeMountBuilder().withMountPath(path).withName(volume).build());
  }

  ContainerSpec mount(VolumeMount mount) {
    mounts.put(mount.getMountPath(), mount);
    return this;
  }

  /** A directory on the claim. */
  ContainerSpec claim(String path, String claimName) {
    return mount(path, pod.claim(claimName));
  }

  /** An empty writable directory of the pod; containers that name the same path share it. */
  ContainerSpec writable(String path) {
    return mount(path, pod.emptyDir(PodTemplate.volumeName(path)));
  }

  /** An empty writable directory of the pod that containers see at different paths. */
  ContainerSpec writable(String path, String volume) {
    return mount(path, pod.emptyDir(volume));
  }

  /** Shared memory of a size; it counts as the container's memory. */
  ContainerSpec memoryDirectory(String path, String size) {
    return mount(path, pod.memoryDir(PodTemplate.volumeName(path), size));
  }

  /** All files of a ConfigMap as a read-only directory. */
  ContainerSpec configDirectory(String path, ConfigMap configMap) {
    return mount(
        new VolumeMountBuilder()
            .withMountPath(path)
            .withName(pod.config(configMap))
            .withReadOnly(true)
            .build());
  }

  /** One file of a ConfigMap beside what the image has in that directory. */
  ContainerSpec configFile(String path, ConfigMap configMap, String key) {
    return mount(
        new VolumeMountBuilder()
            .withMountPath(path)
            .withName(pod.config(configMap))
            .withSubPath(key)
            .withReadOnly(true)
            .build());
  }

  /**
   * Credentials as files of a read-only directory, readable by the pod's group.
   *
   * @param files by file name
   */
  ContainerSpec secretDirectory(String path, Map<String, CredentialRef> files) {
    return mount(
        new VolumeMountBuilder()
            .withMountPath(path)
            .withName(pod.secrets(PodTemplate.volumeName(path), files))
            .withReadOnly(true)
            .build());
  }

  /** For images that provably write beside their volumes. */
  ContainerSpec writableRoot() {
    // false is the server's default: absent
    security.withReadOnlyRootFilesystem(null);
    return this;
  }

  /** For images that provably cannot run as another user. */
  ContainerSpec asRoot() {
    security.withRunAsUser(0L).withRunAsGroup(0L).withRunAsNonRoot(false);
    return this;
  }

  /** Another user than the pod's. */
  ContainerSpec runAs(long uid, long gid) {
    security.withRunAsUser(uid).withRunAsGroup(gid);
    return this;
  }

  ContainerSpec capabilities(String... added) {
    security.editCapabilities().withAdd(added).endCapabilities();
    return this;
  }

  /** For the runner alone: dockerd needs it (contract 2.4). */
  ContainerSpec privileged() {
    security.withPrivileged(true).withAllowPrivilegeEscalation(true).withCapabilities(null);
    return writableRoot().asRoot();
  }

  Container build(PodOverridesMerge overrides) {
    return container
        .withEnv(List.copyOf(overrides.env(env).values()))
        .withVolumeMounts(List.copyOf(overrides.mounts(mounts).values()))
        .withResources(overrides.resources(requests, limits))
        .withSecurityContext(security.build())
        .build();
  }
}
