package dev.daytonaoperator.operator.state;

import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.services.Endpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What data in use have fixed for good: Daytona reads it at the first boot only, or persists it in
 * names (contract 3.2, T17). CEL refuses the direct change; this comparison also sees the detour
 * over two legal edits and over a re-created resource.
 */
public final class ImmutableFacts {

  /**
   * A fact that the spec wants otherwise than it is.
   *
   * @param path path in the resource, as in {@code spec.database.type}
   */
  public record Change(String path, String recorded, String wanted) {}

  private record Fact(String entry, String path, @Nullable String wanted) {}

  private static final String EXISTING_CLAIM = "spec.database.bundled.storage.existingClaim";

  private ImmutableFacts() {}

  /** Facts that differ from the record; empty when the spec may be acted on. */
  public static List<Change> changed(
      InstallationState state,
      DaytonaInstallationSpec spec,
      Endpoints endpoints,
      String clusterDomain) {
    var changes = new ArrayList<Change>();
    for (var fact : facts(spec, endpoints, clusterDomain)) {
      var wanted = fact.wanted();
      var recorded = state.entry(fact.entry()).orElse(wanted);
      if (wanted != null && recorded != null && !recorded.equals(wanted)) {
        changes.add(new Change(fact.path(), recorded, wanted));
      }
    }
    claimGivenUp(state, spec).ifPresent(changes::add);
    return changes.stream().distinct().toList();
  }

  /** The state with every fact that was not recorded yet; recorded ones stay as they are. */
  public static InstallationState record(
      InstallationState state,
      DaytonaInstallationSpec spec,
      Endpoints endpoints,
      String clusterDomain) {
    var result = state;
    for (var fact : facts(spec, endpoints, clusterDomain)) {
      if (fact.wanted() != null && result.entry(fact.entry()).isEmpty()) {
        result = result.with(fact.entry(), fact.wanted());
      }
    }
    return result.entry(InstallationState.DATABASE_HOST).isPresent()
        ? result
        : result.with(InstallationState.DATABASE_HOST, endpoints.database().host());
  }

  /** Without the user's claim the operator would make one of its own, with an empty database. */
  private static Optional<Change> claimGivenUp(
      InstallationState state, DaytonaInstallationSpec spec) {
    var bundled = spec.database().type() == Database.Type.Bundled;
    return state
        .entry(InstallationState.DATABASE_EXISTING_CLAIM)
        .filter(recorded -> bundled && existingClaim(spec.database().bundled()) == null)
        .map(recorded -> new Change(EXISTING_CLAIM, recorded, "none"));
  }

  private static @Nullable String existingClaim(Database.Bundled bundled) {
    return bundled.storage() == null ? null : bundled.storage().existingClaim();
  }

  private static List<Fact> facts(
      DaytonaInstallationSpec spec, Endpoints endpoints, String clusterDomain) {
    var database = spec.database();
    var region = spec.sandboxes().defaultRegion();
    var facts = new ArrayList<Fact>();
    facts.add(
        new Fact(InstallationState.DATABASE_TYPE, "spec.database.type", database.type().name()));
    switch (database.type()) {
      case Bundled -> facts.addAll(bundled(database.bundled()));
      case External ->
          facts.add(
              new Fact(
                  InstallationState.DATABASE_NAME,
                  "spec.database.external.name",
                  database.external().name()));
    }
    facts.add(
        new Fact(InstallationState.REGION_ID, "spec.sandboxes.defaultRegion.id", region.id()));
    facts.add(
        new Fact(
            InstallationState.REGION_NAME, "spec.sandboxes.defaultRegion.name", region.name()));
    facts.add(new Fact(InstallationState.REGISTRY_HOST, "spec.registry", endpoints.registryHost()));
    facts.add(new Fact(InstallationState.CLUSTER_DOMAIN, "cluster domain", clusterDomain));
    return facts;
  }

  private static List<Fact> bundled(Database.Bundled bundled) {
    return List.of(
        new Fact(InstallationState.DATABASE_NAME, "spec.database.bundled.name", bundled.name()),
        new Fact(InstallationState.DATABASE_USER, "spec.database.bundled.user", bundled.user()),
        new Fact(InstallationState.DATABASE_CLAIM, EXISTING_CLAIM, existingClaim(bundled)),
        new Fact(
            InstallationState.DATABASE_EXISTING_CLAIM, EXISTING_CLAIM, existingClaim(bundled)));
  }
}
