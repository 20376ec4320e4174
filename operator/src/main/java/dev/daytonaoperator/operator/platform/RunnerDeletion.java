package dev.daytonaoperator.operator.platform;

/** What became of a runner row that should go. */
public sealed interface RunnerDeletion {

  /** It is gone, now or before. */
  record Deleted() implements RunnerDeletion {}

  /** It is schedulable, or has sandboxes that are neither archived nor destroyed. */
  record Busy(String words) implements RunnerDeletion {}

  record Refused(int status, String words) implements RunnerDeletion {}
}
