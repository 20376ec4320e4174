package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.platform.PlatformView;
import dev.daytonaoperator.operator.platform.PlatformWishes;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Inputs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/** What a pass has learnt that must not be forgotten. */
final class Learnt {

  private Learnt() {}

  /**
   * The state with it.
   *
   * @param claim the one with the bundled database's data, as it exists
   */
  static InstallationState of(
      Draft draft,
      Inputs inputs,
      StepRunner.Progress steps,
      List<ComponentState> components,
      Optional<HasMetadata> claim,
      PlatformView view) {
    var state = steps.state();
    if (DueSteps.versionReached(draft, steps, inputs, components)) {
      state = state.withVersion(draft.version().wanted()).withoutUpgrade();
    }
    if (inputs.running() && serves(components, ComponentName.API)) {
      state = state.withSeeded();
    }
    // Recorded together with the first migration: before that the volume holds nothing.
    if (claim.isPresent() && state.version().isPresent()) {
      var meta = claim.get().getMetadata();
      state = state.withDatabaseClaim(meta.getName(), meta.getUid());
    }
    return quotas(inputs, view, state);
  }

  /** Daytona takes them from the API's environment once; later they are set by the poll. */
  private static InstallationState quotas(
      Inputs inputs, PlatformView view, InstallationState state) {
    if (!state.seeded()) {
      return state;
    }
    if (state.adminQuotas().isEmpty()) {
      return state.withAdminQuotas(PlatformWishes.record(inputs.spec().sandboxes().adminQuotas()));
    }
    return view.quotas().map(state::withAdminQuotas).orElse(state);
  }

  /** Whether a component is there and works; one that is not part of the installation is not. */
  static boolean serves(List<ComponentState> components, ComponentName name) {
    return components.stream().anyMatch(c -> c.name() == name && c.ready() && c.available() > 0);
  }
}
