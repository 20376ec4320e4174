package dev.daytonaoperator.testing.daytona;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows that outlive the API's process. All access is under its monitor. */
final class Tables {

  final Map<String, Environment.Region> regions = new LinkedHashMap<>();
  final Map<String, Runner> runners = new LinkedHashMap<>();
  final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
  final Map<String, User> users = new LinkedHashMap<>();
  final Map<String, Organisation> organisations = new LinkedHashMap<>();

  /** Of the user that is seeded; only its hash is kept by the real one. */
  Optional<String> adminKey = Optional.empty();

  /** Each token that a row ever had. */
  final List<String> tokensEver = new ArrayList<>();

  /** Sandboxes, by id. */
  final Map<String, Sandbox> sandboxes = new LinkedHashMap<>();

  /** A sandbox on a runner. */
  record Sandbox(String id, String runnerId, String state) {

    boolean holdsRunner() {
      return !state.equals("archived") && !state.equals("destroyed");
    }
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  Optional<Runner> runner(String name) {
    return runners.values().stream().filter(r -> r.name.equals(name)).findFirst();
  }

  Snapshot snapshot(String id) {
    return Optional.ofNullable(snapshots.get(id)).orElseThrow();
  }

  Organisation organisation(String id) {
    return Optional.ofNullable(organisations.get(id)).orElseThrow();
  }

  Optional<Organisation> personalOrganisation(String userId) {
    return organisations.values().stream().filter(o -> o.createdBy.equals(userId)).findFirst();
  }

  long sandboxes(String runnerId, String state) {
    return sandboxes.values().stream()
        .filter(s -> s.runnerId().equals(runnerId) && s.state().equals(state))
        .count();
  }

  boolean holdsSandboxes(String runnerId) {
    return sandboxes.values().stream()
        .anyMatch(s -> s.runnerId().equals(runnerId) && s.holdsRunner());
  }
}
