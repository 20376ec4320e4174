package dev.daytonaoperator.operator.fleet;

import dev.daytonaoperator.operator.platform.FleetView;
import dev.daytonaoperator.operator.platform.RunnerView;
import java.util.Optional;

/** What decisions about runners may rest on. */
public sealed interface Daytona {

  /**
   * Nobody is asked: checks are switched off, or Daytona has never run, so that no sandbox can
   * exist.
   */
  record Absent() implements Daytona {}

  /** It does not answer now: what needs its word waits. */
  record Silent() implements Daytona {}

  record Answering(FleetView fleet) implements Daytona {}

  default Optional<RunnerView> find(String runner) {
    return this instanceof Answering(var fleet) ? fleet.find(runner) : Optional.empty();
  }
}
