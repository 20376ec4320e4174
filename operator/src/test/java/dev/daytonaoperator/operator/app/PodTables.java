package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod's containers, mounts and environment in Markdown. */
final class PodTables {

  private PodTables() {}

  /** Whom the processes run as. */
  static String user(PodTemplateSpec pod) {
    var uid = pod.getSpec().getSecurityContext().getRunAsUser();
    return uid == null ? "root" : uid + ":" + pod.getSpec().getSecurityContext().getRunAsGroup();
  }

  /** Fields that are set, by the name that they have in Kubernetes. */
  static String security(PodTemplateSpec pod) {
    PodSecurityContext context = pod.getSpec().getSecurityContext();
    return Stream.of(
            set("runAsNonRoot", context.getRunAsNonRoot()),
            set("runAsUser", context.getRunAsUser()),
            set("runAsGroup", context.getRunAsGroup()),
            set("fsGroup", context.getFsGroup()),
            set(
                "seccompProfile",
                context.getSeccompProfile() == null ? null : context.getSeccompProfile().getType()),
            set("automountServiceAccountToken", pod.getSpec().getAutomountServiceAccountToken()),
            set("enableServiceLinks", pod.getSpec().getEnableServiceLinks()))
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining(", "));
  }

  static String containers(PodTemplateSpec pod, UnaryOperator<String> claimSize) {
    var text = new StringBuilder();
    text.append("\n| Container | Image | Ports | Security | Requests, limits |\n");
    text.append("| --- | --- | --- | --- | --- |\n");
    var containers = new ArrayList<Container>(pod.getSpec().getInitContainers());
    containers.addAll(pod.getSpec().getContainers());
    for (var container : containers) {
      var first = pod.getSpec().getInitContainers().contains(container);
      text.append(
          row(
              code(container.getName()) + (first ? " (first)" : ""),
              code(container.getImage()),
              container.getPorts().stream()
                  .map(it -> it.getContainerPort() + " " + it.getName())
                  .collect(Collectors.joining(", ")),
              security(container.getSecurityContext()),
              resources(container)));
    }
    probes(text, containers);
    mounts(text, pod, containers, claimSize);
    environment(text, containers);
    return text.toString();
  }

  private static String security(SecurityContext context) {
    var added = new ArrayList<String>();
    if (context.getCapabilities() != null) {
      context.getCapabilities().getDrop().forEach(it -> added.add("drops " + it));
      context.getCapabilities().getAdd().forEach(it -> added.add("adds " + it));
    }
    return Stream.concat(
            Stream.of(
                    set("privileged", context.getPrivileged()),
                    set("allowPrivilegeEscalation", context.getAllowPrivilegeEscalation()),
                    set("readOnlyRootFilesystem", context.getReadOnlyRootFilesystem()))
                .filter(it -> !it.isEmpty()),
            added.stream())
        .collect(Collectors.joining(", "));
  }

  private static String resources(Container container) {
    var resources = container.getResources();
    var requests =
        resources.getRequests().entrySet().stream()
            .map(it -> it.getKey() + " " + it.getValue())
            .collect(Collectors.joining(", "));
    var limits =
        resources.getLimits().entrySet().stream()
            .map(it -> it.getKey() + " at most " + it.getValue())
            .collect(Collectors.joining(", "));
    return Stream.of(requests, limits)
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static void probes(StringBuilder text, List<Container> containers) {
    var rows = new StringBuilder();
    for (var container : containers) {
      probe(rows, "startup", container.getStartupProbe());
      probe(rows, "readiness", container.getReadinessProbe());
      probe(rows, "liveness", container.getLivenessProbe());
    }
    if (!rows.isEmpty()) {
      text.append(
              "\n| Probe | Asks | Every | Failures until it counts |\n| --- | --- | --- | --- |\n")
          .append(rows);
    }
  }

  private static void probe(StringBuilder rows, String name, @Nullable Probe probe) {
    if (probe == null) {
      return;
    }
    rows.append(
        row(
            name,
            code(asked(probe)),
            probe.getPeriodSeconds() + " s",
            String.valueOf(probe.getFailureThreshold())));
  }

  private static String asked(Probe probe) {
    if (probe.getHttpGet() != null) {
      return "GET :" + probe.getHttpGet().getPort().getValue() + probe.getHttpGet().getPath();
    }
    return probe.getExec() == null
        ? "connect to " + probe.getTcpSocket().getPort().getValue()
        : String.join(" ", probe.getExec().getCommand());
  }

  private static void mounts(
      StringBuilder text,
      PodTemplateSpec pod,
      List<Container> containers,
      UnaryOperator<String> claimSize) {
    var rows = new StringBuilder();
    for (var container : containers) {
      for (var mount : container.getVolumeMounts()) {
        rows.append(
            row(
                code(container.getName()),
                code(mount.getMountPath()),
                source(volume(pod, mount), mount, claimSize)));
      }
    }
    if (!rows.isEmpty()) {
      text.append("\n| Container | Path | Mounted |\n| --- | --- | --- |\n").append(rows);
    }
  }

  private static Volume volume(PodTemplateSpec pod, VolumeMount mount) {
    return pod.getSpec().getVolumes().stream()
        .filter(it -> it.getName().equals(mount.getName()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no volume " + mount.getName()));
  }

  private static String source(Volume volume, VolumeMount mount, UnaryOperator<String> claimSize) {
    var part = mount.getSubPath() == null ? "" : ", " + code(mount.getSubPath()) + " of it";
    if (volume.getPersistentVolumeClaim() != null) {
      var claim = volume.getPersistentVolumeClaim().getClaimName();
      return "disk " + code(claim) + ", " + claimSize.apply(claim) + part;
    }
    if (volume.getConfigMap() != null) {
      return "ConfigMap " + code(volume.getConfigMap().getName()) + part;
    }
    if (volume.getEmptyDir() != null) {
      return (volume.getEmptyDir().getMedium() == null ? "empty" : "empty, in memory") + part;
    }
    if (volume.getProjected() != null) {
      return volume.getProjected().getSources().stream()
              .map(it -> "Secret " + code(it.getSecret().getName()))
              .distinct()
              .collect(Collectors.joining(", "))
          + part;
    }
    throw new IllegalStateException("unknown volume " + volume.getName());
  }

  private static void environment(StringBuilder text, List<Container> containers) {
    var rows = new StringBuilder();
    for (var container : containers) {
      for (var variable : container.getEnv()) {
        rows.append(row(code(container.getName()), code(variable.getName()), value(variable)));
      }
    }
    if (!rows.isEmpty()) {
      text.append("\n| Container | Variable | Value |\n| --- | --- | --- |\n").append(rows);
    }
  }

  private static String value(EnvVar variable) {
    var from = variable.getValueFrom();
    if (from == null) {
      var value = Objects.requireNonNullElse(variable.getValue(), "");
      return value.contains("\n") ? "*several lines*" : value.isEmpty() ? "*empty*" : code(value);
    }
    if (from.getSecretKeyRef() != null) {
      var secret = from.getSecretKeyRef();
      return "Secret " + code(secret.getName()) + ", key " + code(secret.getKey());
    }
    return "field " + code(from.getFieldRef().getFieldPath());
  }

  private static String set(String name, @Nullable Object value) {
    return value == null ? "" : name + " " + value;
  }

  static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  static String code(String value) {
    return "`" + value.replace("|", "\\|") + "`";
  }
}
