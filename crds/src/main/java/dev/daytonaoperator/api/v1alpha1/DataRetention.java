package dev.daytonaoperator.api.v1alpha1;

/** What happens to volumes and bound credentials when the resource goes or a pool shrinks. */
public record DataRetention(Policy whenDeleted, Policy whenScaled) {

  public enum Policy {
    Retain,
    Delete
  }
}
