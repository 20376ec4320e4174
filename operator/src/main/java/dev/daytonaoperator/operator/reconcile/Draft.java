package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialNeeds;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.Components;
import dev.daytonaoperator.services.Credentials;
import dev.daytonaoperator.services.DisruptionBudgets;
import dev.daytonaoperator.services.Endpoints;
import dev.daytonaoperator.services.ImageCatalogue;
import dev.daytonaoperator.services.Ingresses;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.NetworkPolicies;
import dev.daytonaoperator.services.Progress;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.Versions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of an installation before its credentials are: enough to say what it needs.
 *
 * @param spec the spec after defaults, with pools that are gone but still have runners
 * @param runners those that serve, then those that leave
 */
record Draft(
    Owner owner,
    DaytonaInstallationSpec spec,
    VersionPlan version,
    ClusterFacts cluster,
    Endpoints endpoints,
    List<RunnerIdentity> runners) {

  /**
   * The draft for these runners.
   *
   * @param runners those that exist, in order; every pool of theirs is in the spec
   */
  static Draft of(
      Owner owner,
      DaytonaInstallationSpec spec,
      VersionPlan version,
      ClusterFacts cluster,
      List<RunnerIdentity> runners) {
    var endpoints = Endpoints.of(owner.name(), owner.namespace(), cluster, spec);
    return new Draft(owner, spec, version, cluster, endpoints, runners);
  }

  static Owner owner(DaytonaInstallation resource, DaytonaInstallationSpec spec) {
    var meta = resource.getMetadata();
    return new Owner(
        resource.getApiVersion(),
        resource.getKind(),
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        spec.dataRetention().whenDeleted()
            == dev.daytonaoperator.api.v1alpha1.DataRetention.Policy.Retain);
  }

  CredentialNeeds needs() {
    return new CredentialNeeds(owner, spec, endpoints, runners);
  }

  /** What the platform runs now. */
  Inputs inputs(Credentials credentials, InstallationState state) {
    return inputs(credentials, state, version.running());
  }

  /** What steps are made from: migrations are those of the wanted version. */
  Inputs stepInputs(Credentials credentials, InstallationState state) {
    return inputs(credentials, state, Versions.all(version.wanted()));
  }

  private Inputs inputs(Credentials credentials, InstallationState state, Versions daytona) {
    return new Inputs(
        owner.name(),
        owner.namespace(),
        spec,
        endpoints,
        ImageCatalogue.resolve(daytona, spec),
        credentials,
        cluster,
        new Progress(daytona.api(), state.seeded(), dumps(state)),
        runners);
  }

  private static boolean dumps(InstallationState state) {
    return state.upgrade().isPresent() || !state.occasions(Step.DATABASE_DUMP.id()).isEmpty();
  }

  /** All objects of an installation, steps and Secrets apart. */
  static List<HasMetadata> render(Inputs inputs) {
    var objects = new ArrayList<HasMetadata>();
    Components.all().forEach(component -> objects.addAll(component.render(inputs)));
    objects.addAll(NetworkPolicies.render(inputs));
    objects.addAll(Ingresses.render(inputs));
    objects.addAll(DisruptionBudgets.render(inputs));
    return objects;
  }
}
