package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.Cache;
import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.Mail;
import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.api.v1alpha1.Registry;
import dev.daytonaoperator.api.v1alpha1.SshGateway;
import dev.daytonaoperator.api.v1alpha1.Tools;
import dev.daytonaoperator.api.v1alpha1.Tracing;

/** Which components a resolved spec asks for. */
public final class Installed {

  private Installed() {}

  public static boolean has(DaytonaInstallationSpec spec, ComponentName component) {
    return switch (component) {
      case API, PROXY -> true;
      case SSH_GATEWAY -> spec.sshGateway().type() == SshGateway.Type.Enabled;
      case RUNNER -> !spec.runners().isEmpty();
      case DEX -> spec.auth().type() == Auth.Type.Dex;
      case DATABASE -> spec.database().type() == Database.Type.Bundled;
      case CACHE -> spec.cache().type() == Cache.Type.Bundled;
      case OBJECT_STORAGE -> spec.objectStorage().type() == ObjectStorage.Type.Bundled;
      case REGISTRY -> spec.registry().type() == Registry.Type.Bundled;
      case JAEGER -> spec.tracing().type() == Tracing.Type.Jaeger;
      // Also before an endpoint of the user's: its headers stay out of the runners.
      case OTEL_COLLECTOR -> spec.tracing().type() != Tracing.Type.Disabled;
      case MAILDEV -> spec.mail().type() == Mail.Type.MailDev;
      case PGADMIN -> spec.tools().pgadmin().type() == Tools.Tool.Type.Enabled;
      case REGISTRY_UI ->
          spec.tools().registryUi().type() == Tools.Tool.Type.Enabled
              && has(spec, ComponentName.REGISTRY);
    };
  }
}
