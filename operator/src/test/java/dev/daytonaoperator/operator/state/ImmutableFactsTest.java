package dev.daytonaoperator.operator.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.operator.state.ImmutableFacts.Change;
import dev.daytonaoperator.services.Endpoints;
import dev.daytonaoperator.services.Endpoints.HostPort;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImmutableFactsTest {

  private static final String BUNDLED =
      "{type: Bundled, bundled: {user: user, name: daytona, storage: {size: 20Gi}}}";

  private final InstallationState recorded =
      ImmutableFacts.record(
          InstallationState.EMPTY, spec(BUNDLED, "us"), endpoints("r:6000"), "cluster.local");

  @Test
  void the_first_spec_is_recorded() {
    assertThat(recorded.databaseKnown()).isTrue();
    assertThat(recorded.registryHost()).contains("r:6000");
    assertThat(recorded.clusterDomain()).contains("cluster.local");
    assertThat(recorded.regionId()).contains("us");
    assertThat(recorded.entries())
        .containsEntry("database.type", "Bundled")
        .containsEntry("database.name", "daytona")
        .containsEntry("database.user", "user")
        .containsEntry("database.host", "db");
  }

  @Test
  void an_unchanged_spec_changes_nothing() {
    assertThat(changed(recorded, spec(BUNDLED, "us"), "r:6000", "cluster.local")).isEmpty();
    assertThat(
            ImmutableFacts.record(
                recorded, spec(BUNDLED, "us"), endpoints("r:6000"), "cluster.local"))
        .isEqualTo(recorded);
  }

  @Test
  void every_fact_is_compared_and_named_with_both_values() {
    var other =
        spec(
            "{type: Bundled, bundled: {user: bob, name: other, storage: {existingClaim: old}}}",
            "eu");

    assertThat(
            changed(
                recorded.withDatabaseClaim("daytona-database", "1"), other, "s:5000", "k8s.test"))
        .containsExactly(
            new Change("spec.database.bundled.name", "daytona", "other"),
            new Change("spec.database.bundled.user", "user", "bob"),
            new Change("spec.database.bundled.storage.existingClaim", "daytona-database", "old"),
            new Change("spec.sandboxes.defaultRegion.id", "us", "eu"),
            new Change("spec.sandboxes.defaultRegion.name", "us", "eu"),
            new Change("spec.registry", "r:6000", "s:5000"),
            new Change("cluster domain", "cluster.local", "k8s.test"));
  }

  @Test
  void another_type_of_database_is_a_change_and_recorded_facts_stay() {
    var external = spec("{type: External, external: {host: h, port: 5432, name: daytona}}", "us");

    assertThat(changed(recorded, external, "r:6000", "cluster.local"))
        .containsExactly(new Change("spec.database.type", "Bundled", "External"));
    assertThat(ImmutableFacts.record(recorded, external, endpoints("other"), "cluster.local"))
        .isEqualTo(recorded);
  }

  @Test
  void giving_up_an_existing_claim_is_a_change() {
    var adopted =
        ImmutableFacts.record(
            InstallationState.EMPTY,
            spec(
                "{type: Bundled, bundled: {user: user, name: daytona, storage: {existingClaim:"
                    + " old}}}",
                "us"),
            endpoints("r:6000"),
            "cluster.local");

    assertThat(changed(adopted, spec(BUNDLED, "us"), "r:6000", "cluster.local"))
        .containsExactly(new Change("spec.database.bundled.storage.existingClaim", "old", "none"));
  }

  private static List<Change> changed(
      InstallationState state, DaytonaInstallationSpec spec, String registry, String domain) {
    return ImmutableFacts.changed(state, spec, endpoints(registry), domain);
  }

  private static DaytonaInstallationSpec spec(String database, String region) {
    return Serialization.unmarshal(
        """
        database: %s
        sandboxes: {defaultRegion: {id: %s, name: %s}}
        """
            .formatted(database, region, region),
        DaytonaInstallationSpec.class);
  }

  private static Endpoints endpoints(String registryHost) {
    return new Endpoints(
        "http://localhost:35000",
        "proxy.localhost:35001",
        "http",
        "http://localhost:35001",
        "http://localhost:35006/dex",
        "http://dex:5556/dex",
        List.of(),
        Optional.empty(),
        "http://api:3000/api",
        new HostPort("db", 5432),
        new HostPort("cache", 6379),
        registryHost,
        "http://" + registryHost,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
