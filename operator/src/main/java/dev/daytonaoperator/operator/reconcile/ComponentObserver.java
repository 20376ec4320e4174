package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Says of each component how many of its pods are ready, and if not all, why. */
final class ComponentObserver {

  /** Knows since when something is so, and whom to ask. */
  interface Patience {

    /** Whether this has been so for longer than it should. */
    boolean lasts(String what);

    /** Why a workload has no pod, when it has lasted and somebody says. */
    Optional<String> refusal(HasMetadata workload);
  }

  private final Observed observed;
  private final Patience patience;

  ComponentObserver(Observed observed, Patience patience) {
    this.observed = observed;
    this.patience = patience;
  }

  /** One Deployment or StatefulSet: what is wanted and what is there. */
  private record Workload(
      String name,
      int desired,
      int live,
      int available,
      boolean current,
      String image,
      Optional<HasMetadata> object) {

    boolean ready() {
      return current && available == desired && live == desired;
    }
  }

  /**
   * Observes the components that have a workload.
   *
   * @param desired all objects that shall exist
   * @param pods the pods of the installation
   * @param running false when everything is scaled to zero
   */
  List<ComponentState> observe(
      String namespace, List<HasMetadata> desired, Collection<Pod> pods, boolean running) {
    Map<ComponentName, List<Workload>> workloads = new EnumMap<>(ComponentName.class);
    for (var object : desired) {
      workload(namespace, object)
          .ifPresent(
              w -> workloads.computeIfAbsent(componentOf(object), c -> new ArrayList<>()).add(w));
    }
    return workloads.entrySet().stream()
        .map(e -> state(e.getKey(), e.getValue(), pods, running))
        .toList();
  }

  private ComponentState state(
      ComponentName name, List<Workload> workloads, Collection<Pod> pods, boolean running) {
    int desired = workloads.stream().mapToInt(Workload::desired).sum();
    int available = workloads.stream().mapToInt(Workload::available).sum();
    var image = workloads.getFirst().image();
    var open = workloads.stream().filter(w -> !w.ready()).findFirst();
    if (open.isEmpty()) {
      var reason = running ? Reason.Ready : Reason.Stopped;
      return new ComponentState(name, desired, available, image, reason, "");
    }
    var cause = cause(name, open.get(), pods);
    return new ComponentState(name, desired, available, image, cause.reason(), cause.message());
  }

  private record Cause(Reason reason, String message) {}

  private Cause cause(ComponentName name, Workload workload, Collection<Pod> pods) {
    if (workload.image().isEmpty()) {
      return new Cause(Reason.WaitingForDependency, "created when what it needs is ready");
    }
    var own =
        pods.stream()
            .filter(p -> name.id().equals(p.getMetadata().getLabels().get(Labels.COMPONENT)))
            .filter(p -> p.getMetadata().getName().startsWith(workload.name() + "-"))
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .toList();
    return own.stream()
        .map(p -> podCause(name, p))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> refused(workload, own))
        .orElseGet(
            () ->
                new Cause(
                    Reason.Progressing,
                    workload.available() + " of " + workload.desired() + " pods are ready"));
  }

  private Optional<Cause> refused(Workload workload, List<Pod> own) {
    var object = workload.object();
    return object
        .flatMap(PodRefusal::of)
        .or(
            () ->
                object
                    .filter(o -> own.isEmpty() && workload.desired() > 0)
                    .flatMap(patience::refusal))
        .map(
            words ->
                new Cause(
                    PodRefusal.reason(words, Reason.PodFailed), "no pod can be made: " + words));
  }

  private Optional<Cause> podCause(ComponentName name, Pod pod) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return unbound(pod)
        .or(() -> unschedulable(pod))
        .or(() -> waiting(name, pod))
        .or(() -> failed(pod));
  }

  /** A pod that waits for its volume rather than for a node. */
  private Optional<Cause> unbound(Pod pod) {
    var words = unschedulable(pod).map(Cause::message);
    return new PendingClaims(observed, patience)
        .of(pod, words)
        .map(message -> new Cause(Reason.StorageNotBound, message));
  }

  private static Optional<Cause> unschedulable(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
        .filter(c -> "Unschedulable".equals(c.getReason()))
        .map(c -> new Cause(Reason.Unschedulable, nameOf(pod) + ": " + c.getMessage()))
        .findFirst();
  }

  private static Optional<Cause> waiting(ComponentName name, Pod pod) {
    var statuses = new ArrayList<>(pod.getStatus().getInitContainerStatuses());
    statuses.addAll(pod.getStatus().getContainerStatuses());
    return statuses.stream()
        .filter(s -> s.getState() != null && s.getState().getWaiting() != null)
        .map(
            s -> {
              var waiting = s.getState().getWaiting();
              return switch (Objects.requireNonNullElse(waiting.getReason(), "")) {
                case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull" ->
                    new Cause(
                        Reason.ImageUnavailable,
                        "cannot pull "
                            + s.getImage()
                            + "; set spec.components[name="
                            + name.override()
                            + "].image or spec.images");
                case "CrashLoopBackOff" ->
                    new Cause(
                        Reason.CrashLooping,
                        nameOf(pod) + " container " + s.getName() + " keeps exiting; see its log");
                case "CreateContainerConfigError", "CreateContainerError" ->
                    new Cause(Reason.PodFailed, nameOf(pod) + ": " + waiting.getMessage());
                default -> null;
              };
            })
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static Optional<Cause> failed(Pod pod) {
    return "Failed".equals(pod.getStatus().getPhase())
        ? Optional.of(
            new Cause(
                Reason.PodFailed,
                nameOf(pod)
                    + " failed: "
                    + Objects.requireNonNullElse(pod.getStatus().getReason(), "see its log")))
        : Optional.empty();
  }

  private static String nameOf(Pod pod) {
    return "pod " + pod.getMetadata().getName();
  }

  private Optional<Workload> workload(String namespace, HasMetadata object) {
    var key = new ObjectKey(object.getKind(), namespace, object.getMetadata().getName());
    return switch (object) {
      case Deployment d ->
          Optional.of(
              observed
                  .find(key)
                  .map(live -> of(d.getSpec().getReplicas(), (Deployment) live))
                  .orElseGet(() -> absent(d.getMetadata().getName(), d.getSpec().getReplicas())));
      case StatefulSet s ->
          Optional.of(
              observed
                  .find(key)
                  .map(live -> of(s.getSpec().getReplicas(), (StatefulSet) live))
                  .orElseGet(() -> absent(s.getMetadata().getName(), s.getSpec().getReplicas())));
      default -> Optional.empty();
    };
  }

  private static Workload absent(String name, int desired) {
    return new Workload(name, desired, -1, 0, false, "", Optional.empty());
  }

  private static Workload of(int desired, Deployment live) {
    var status = live.getStatus();
    boolean current =
        status != null
            && Objects.equals(status.getObservedGeneration(), live.getMetadata().getGeneration())
            && count(status.getUpdatedReplicas()) == count(status.getReplicas());
    int available =
        status == null
            ? 0
            : Math.min(count(status.getReadyReplicas()), count(status.getUpdatedReplicas()));
    return new Workload(
        live.getMetadata().getName(),
        desired,
        status == null ? 0 : count(status.getReplicas()),
        available,
        current,
        live.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage(),
        Optional.of(live));
  }

  private static Workload of(int desired, StatefulSet live) {
    var status = live.getStatus();
    boolean onDelete = "OnDelete".equals(live.getSpec().getUpdateStrategy().getType());
    boolean current =
        status != null
            && Objects.equals(status.getObservedGeneration(), live.getMetadata().getGeneration())
            && (onDelete
                || count(status.getReplicas()) == 0
                || Objects.equals(status.getUpdateRevision(), status.getCurrentRevision())
                || count(status.getUpdatedReplicas()) == count(status.getReplicas()));
    return new Workload(
        live.getMetadata().getName(),
        desired,
        status == null ? 0 : count(status.getReplicas()),
        status == null ? 0 : count(status.getReadyReplicas()),
        current,
        live.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage(),
        Optional.of(live));
  }

  private static int count(@org.jspecify.annotations.Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static ComponentName componentOf(HasMetadata object) {
    var id = object.getMetadata().getLabels().get(Labels.COMPONENT);
    for (var name : ComponentName.values()) {
      if (name.id().equals(id)) {
        return name;
      }
    }
    throw new IllegalStateException(
        "workload " + object.getMetadata().getName() + " has no component label");
  }
}
