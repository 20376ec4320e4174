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
        "self.metadata.name.size() <= "
            + DaytonaInstallation.NAME_LENGTH
            + " && self.metadata.name.matches('"
            + DaytonaInstallation.NAME_PATTERN
            + "')",
    message = "`metadata.name` " + DaytonaInstallation.NAME_RULE)
public class DaytonaInstallation
    extends CustomResource<DaytonaInstallationSpec, DaytonaInstallationStatus>
    implements Namespaced {

  public static final String GROUP = "daytona-operator.dev";
  public static final String VERSION = "v1alpha1";

  /** Names of objects are made from it, and some of them may have 63 characters, not more. */
  public static final int NAME_LENGTH = 20;

  public static final String NAME_PATTERN = "^[a-z]([a-z0-9]|-[a-z0-9])*$";

  /** Both in words. */
  public static final String NAME_RULE =
      "must be at most 20 lower-case letters, digits and single hyphens,"
          + " begin with a letter and not end with a hyphen";

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
