package dev.daytonaoperator.operator.apply;

/** Told about writes, for metrics. */
public interface ApplyListener {

  /** One call that changed, or should have changed, an object. */
  void applied(String kind, Outcome outcome);

  /** Somebody else's change to what we own was undone. */
  void driftRepaired(String kind);

  /** How a write ended. */
  enum Outcome {
    CREATED,
    APPLIED,
    DELETED,
    REJECTED,
    FAULT
  }
}
