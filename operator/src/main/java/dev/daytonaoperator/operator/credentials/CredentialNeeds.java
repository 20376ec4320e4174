package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Endpoints;
import dev.daytonaoperator.services.RunnerIdentity;
import java.util.List;

/**
 * What decides which credentials an installation has.
 *
 * @param owner the installation
 * @param spec its spec after defaults
 * @param endpoints its addresses: the database's for pgpass, the public hosts for certificates
 * @param runners the runners that shall exist
 */
public record CredentialNeeds(
    Owner owner, DaytonaInstallationSpec spec, Endpoints endpoints, List<RunnerIdentity> runners) {

  public CredentialNeeds {
    runners = List.copyOf(runners);
  }
}
