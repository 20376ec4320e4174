package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.services.Inputs;

/** Asks Daytona itself whether it works. Never blocks a reconcile: answers with what is known. */
interface PlatformWatch {

  PlatformHealth health(Owner owner, Inputs inputs, boolean apiReady);

  /** Asks nobody: for clusters whose pods are simulated. */
  static PlatformWatch disabled() {
    return (owner, inputs, apiReady) -> PlatformHealth.disabled();
  }
}
