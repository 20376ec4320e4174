package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.services.ComponentName;

/**
 * What was observed of one component that this installation has.
 *
 * @param desired pods that shall run
 * @param available pods that are ready and of the newest template
 * @param image image in the newest template; empty before the workload exists
 * @param reason {@code Ready}, {@code Stopped} or why not
 * @param message what a person needs to act; when ready, empty or what is still going on
 */
public record ComponentState(
    ComponentName name, int desired, int available, String image, Reason reason, String message) {

  public ComponentState withMessage(String words) {
    return new ComponentState(name, desired, available, image, reason, words);
  }

  public boolean ready() {
    return reason == Reason.Ready || reason == Reason.Stopped;
  }
}
