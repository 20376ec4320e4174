package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus.Preflight;
import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ApplyResult.Rejection;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.Problem;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What there is to say of the claims: how they grow, and who refuses. */
final class Volumes {

  private static final String STORAGE = "storage";
  private static final Set<String> REFUSED = Set.of("ControllerResizeError", "NodeResizeError");

  private final Observed observed;
  private final String namespace;
  private final List<PersistentVolumeClaim> wanted;

  /**
   * The claims of an installation.
   *
   * @param objects all that shall exist
   */
  Volumes(Observed observed, String namespace, List<HasMetadata> objects) {
    this.observed = observed;
    this.namespace = namespace;
    this.wanted =
        objects.stream()
            .filter(PersistentVolumeClaim.class::isInstance)
            .map(PersistentVolumeClaim.class::cast)
            .toList();
  }

  /** Why the API server does not take an object. */
  Problem problem(Rejection rejection) {
    var words = rejection.toString();
    var live = live(rejection.key());
    if (live.isPresent() && rejection.words().contains("resize")) {
      return Problem.stalled(
          Reason.ClaimResizeRefused,
          words
              + "; set allowVolumeExpansion on its StorageClass, or re-create the resource with the"
              + " size "
              + requested(live.get())
              + " while whenDeleted is Retain");
    }
    return Problem.stalled(PodRefusal.reason(words, Reason.ApplyRejected), words);
  }

  /** Claims whose provider could not enlarge them. */
  List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    for (var claim : wanted) {
      live(key(claim))
          .flatMap(live -> condition(live, REFUSED).map(c -> refusal(live, c)))
          .ifPresent(problems::add);
    }
    return problems;
  }

  private Problem refusal(PersistentVolumeClaim live, PersistentVolumeClaimCondition condition) {
    return Problem.stalled(
        Reason.ClaimResizeRefused,
        "%s cannot grow to %s: %s. It has %s and works on; make room at the provider"
            .formatted(
                ObjectKey.of(live), requested(live), condition.getMessage(), capacity(live)));
  }

  /** Sizes below what a claim has already, which change nothing. */
  Optional<Preflight> sizes() {
    var kept =
        wanted.stream()
            .flatMap(claim -> live(key(claim)).filter(live -> larger(live, claim)).stream())
            .map(live -> live.getMetadata().getName() + " keeps " + requested(live))
            .toList();
    return kept.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Preflight(
                "VolumeSize",
                "Passed",
                String.join(", ", kept) + ": a volume does not shrink to the size in the spec"));
  }

  /** The components, with a word on volumes that are growing under those that are ready. */
  List<ComponentState> annotate(List<ComponentState> components) {
    return components.stream().map(c -> growing(c).map(m -> c.withMessage(m)).orElse(c)).toList();
  }

  private Optional<String> growing(ComponentState component) {
    if (!component.ready() || !component.message().isEmpty()) {
      return Optional.empty();
    }
    return wanted.stream()
        .filter(
            c -> component.name().id().equals(c.getMetadata().getLabels().get(Labels.COMPONENT)))
        .flatMap(claim -> live(key(claim)).stream())
        .flatMap(live -> growing(live).stream())
        .findFirst();
  }

  private static Optional<String> growing(PersistentVolumeClaim live) {
    var name = live.getMetadata().getName();
    if (condition(live, Set.of("FileSystemResizePending")).isPresent()) {
      return Optional.of(
          "volume "
              + name
              + " has become larger; should its file system not follow within minutes, delete the"
              + " pod, which starts anew");
    }
    return condition(live, Set.of("Resizing"))
        .map(c -> "volume " + name + " grows to " + requested(live));
  }

  private static Optional<PersistentVolumeClaimCondition> condition(
      PersistentVolumeClaim live, Set<String> types) {
    return live.getStatus() == null
        ? Optional.empty()
        : live.getStatus().getConditions().stream()
            .filter(c -> types.contains(c.getType()) && c.getStatus().equals("True"))
            .findFirst();
  }

  private ObjectKey key(PersistentVolumeClaim claim) {
    return new ObjectKey(claim.getKind(), namespace, claim.getMetadata().getName());
  }

  private Optional<PersistentVolumeClaim> live(ObjectKey key) {
    return observed
        .find(key)
        .filter(PersistentVolumeClaim.class::isInstance)
        .map(PersistentVolumeClaim.class::cast);
  }

  private static Quantity requested(PersistentVolumeClaim claim) {
    return Objects.requireNonNull(claim.getSpec().getResources().getRequests().get(STORAGE));
  }

  private static String capacity(PersistentVolumeClaim live) {
    var capacity = live.getStatus().getCapacity();
    var size = capacity == null ? null : capacity.get(STORAGE);
    return size == null ? "its old size" : size.toString();
  }

  private static boolean larger(PersistentVolumeClaim live, PersistentVolumeClaim wanted) {
    return Quantity.getAmountInBytes(requested(live))
            .compareTo(Quantity.getAmountInBytes(requested(wanted)))
        > 0;
  }
}
