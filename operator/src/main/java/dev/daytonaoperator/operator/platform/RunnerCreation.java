package dev.daytonaoperator.operator.platform;

/** What became of a new runner row. */
public sealed interface RunnerCreation {

  record Created(String id) implements RunnerCreation {}

  /** A row of that name is there already; only a list tells which token it has. */
  record NameTaken() implements RunnerCreation {}

  record Refused(int status, String words) implements RunnerCreation {}
}
