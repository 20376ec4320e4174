package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
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
@ValidationRule(
    value =
        "self.metadata.name.size() <= 20"
            + " && self.metadata.name.matches('^[a-z]([a-z0-9]|-[a-z0-9])*$')",
    message =
        "`metadata.name` must be at most 20 lower-case letters, digits and single hyphens,"
            + " begin with a letter and not end with a hyphen")
public class DaytonaInstallation
    extends CustomResource<DaytonaInstallationSpec, DaytonaInstallationStatus>
    implements Namespaced {

  public static final String GROUP = "daytona-operator.dev";
  public static final String VERSION = "v1alpha1";

  @Override
  @Required
  @JsonPropertyDescription("What is wanted; `{}` is a complete installation.")
  public DaytonaInstallationSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What is true; written by the operator only.")
  public DaytonaInstallationStatus getStatus() {
    return super.getStatus();
  }
}
