package dev.daytonaoperator.services;

/**
 * One Daytona runner: a database row, a token, a volume and a pod.
 *
 * @param pool name of the pool in the spec
 * @param ordinal number within the pool; not reused while its row or volume exists
 */
public record RunnerIdentity(String pool, int ordinal) {

  /** The runner's name in Daytona and the suffix of its objects' names. */
  public String name() {
    return pool + "-" + ordinal;
  }
}
