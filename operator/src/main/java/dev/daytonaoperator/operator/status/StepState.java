package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.services.Step;

/**
 * How far a step is that this installation needs now.
 *
 * @param message the failure in words, empty unless failed
 */
public record StepState(Step step, Stage stage, int failures, String message) {

  public enum Stage {
    /** Its dependencies are not ready yet. */
    PENDING,
    RUNNING,
    /** Failed; will be tried again. */
    FAILED,
    /** Failed too often; tried again when somebody has removed its Jobs. */
    STOPPED,
    DONE
  }

  public boolean done() {
    return stage == Stage.DONE;
  }
}
