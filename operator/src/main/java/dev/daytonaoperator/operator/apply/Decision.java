package dev.daytonaoperator.operator.apply;

/** What to do with one desired object. */
sealed interface Decision {

  /** It is as wanted. */
  record Skip() implements Decision {}

  /** Our own last write has not come back from the server yet. */
  record AwaitEcho() implements Decision {}

  /** Our own last write should have come back by now: the server is asked whether it is there. */
  record AskServer() implements Decision {}

  /** As wanted, though not as remembered: only the memo is made anew. */
  record Adopt() implements Decision {}

  /** It is believed absent. */
  record Create() implements Decision {}

  /**
   * It exists and must be written.
   *
   * @param drift whether somebody else changed or deleted what we had applied
   */
  record Apply(boolean drift) implements Decision {}

  /** It is on its way out: to be created again after its end. */
  record AwaitEnd() implements Decision {}
}
