package dev.daytonaoperator.operator.credentials;

import java.util.List;

/**
 * What was done with Secrets that the spec no longer needs.
 *
 * @param deleted names of Secrets whose values nothing durable depends on
 * @param retained names of Secrets that are kept because data may depend on them
 */
public record Pruned(List<String> deleted, List<String> retained) {

  public Pruned {
    deleted = List.copyOf(deleted);
    retained = List.copyOf(retained);
  }
}
