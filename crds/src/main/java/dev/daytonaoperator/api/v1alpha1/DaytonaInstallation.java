package dev.daytonaoperator.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One self-hosted Daytona platform in one namespace. */
@Group(DaytonaInstallation.GROUP)
@Version(DaytonaInstallation.VERSION)
@Kind("DaytonaInstallation")
@Singular("daytonainstallation")
@Plural("daytonainstallations")
@ShortNames({"daytona", "dti"})
public class DaytonaInstallation
    extends CustomResource<DaytonaInstallationSpec, DaytonaInstallationStatus>
    implements Namespaced {

  public static final String GROUP = "daytona-operator.dev";
  public static final String VERSION = "v1alpha1";

  @Override
  @Required
  public DaytonaInstallationSpec getSpec() {
    return super.getSpec();
  }
}
