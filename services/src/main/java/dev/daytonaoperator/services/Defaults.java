package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Api;
import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec.Mode;
import dev.daytonaoperator.api.v1alpha1.Images;
import dev.daytonaoperator.api.v1alpha1.Mail;
import dev.daytonaoperator.api.v1alpha1.Network;
import dev.daytonaoperator.api.v1alpha1.Proxy;
import dev.daytonaoperator.api.v1alpha1.Sandboxes;
import dev.daytonaoperator.api.v1alpha1.Security;
import dev.daytonaoperator.api.v1alpha1.SshGateway;
import dev.daytonaoperator.api.v1alpha1.Storage;
import dev.daytonaoperator.api.v1alpha1.Tools;
import dev.daytonaoperator.api.v1alpha1.Tracing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills absent members of a spec. The one place where defaults are.
 *
 * <p>After it only these are still absent: {@code version} (what runs already, or the catalogue's
 * default, is decided by the caller); the members of a union that its {@code type} does not name;
 * every {@code …SecretRef} (absent means generated); {@code images.registry}; the {@code image} and
 * {@code pod} of components and pools and their members; {@code exposure.domain}, {@code hosts},
 * {@code toolboxBaseUrl}, the numbers in {@code nodePort} and {@code ingress.className} (derived in
 * {@link Endpoints} or chosen by the cluster); {@code proxy.cookieDomain}; a volume's {@code
 * storageClassName} and {@code existingClaim}; a pool's {@code gpu}, {@code runtimeClassName} and
 * {@code sandboxNetwork.mtu} (the pod interface's); {@code objectStorage.bundled.publicEndpoint}
 * and {@code objectStorage.external.stsEndpoint}; {@code registry.bundled.garbageCollection};
 * {@code mail.smtp.user}.
 */
public final class Defaults {

  /** Tag pinned: the API refuses {@code latest} (contract T33). */
  static final String SNAPSHOT = "daytonaio/sandbox:v0.185.0-amd64";

  private Defaults() {}

  /** The spec with every default filled in; resolving a resolved spec changes nothing. */
  public static DaytonaInstallationSpec resolve(DaytonaInstallationSpec spec) {
    return new DaytonaInstallationSpec(
        spec.version(),
        or(spec.mode(), Mode.Running),
        retention(spec.dataRetention()),
        images(spec.images()),
        or(spec.components(), List.of()),
        ExposureDefaults.resolve(spec.exposure()),
        network(spec.network()),
        api(spec.api()),
        proxy(spec.proxy()),
        sshGateway(spec.sshGateway()),
        RunnerPoolDefaults.resolve(spec.runners()),
        sandboxes(spec.sandboxes()),
        auth(spec.auth()),
        StoreDefaults.database(spec.database()),
        StoreDefaults.cache(spec.cache()),
        StoreDefaults.objectStorage(spec.objectStorage()),
        StoreDefaults.registry(spec.registry()),
        mail(spec.mail()),
        tracing(spec.tracing()),
        tools(spec.tools()),
        security(spec.security()));
  }

  static <T> T or(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }

  /** What the API server insists on; it is missing only where no API server has looked. */
  static <T> T required(@Nullable T value, String path) {
    if (value == null) {
      throw new IncompleteSpecException(path);
    }
    return value;
  }

  static Storage storage(@Nullable Storage given, String size) {
    return given == null
        ? new Storage(size, null, null)
        : new Storage(or(given.size(), size), given.storageClassName(), given.existingClaim());
  }

  private static DataRetention retention(@Nullable DataRetention given) {
    var it = or(given, new DataRetention(null, null));
    return new DataRetention(
        or(it.whenDeleted(), DataRetention.Policy.Retain),
        or(it.whenScaled(), DataRetention.Policy.Retain));
  }

  private static Images images(@Nullable Images given) {
    var it = or(given, new Images(null, null, null));
    return new Images(
        it.registry(),
        or(it.pullPolicy(), Images.PullPolicy.IfNotPresent),
        or(it.pullSecrets(), List.of()));
  }

  private static Network network(@Nullable Network given) {
    var policies =
        given == null || given.policies() == null
            ? new Network.Policies(null, null)
            : given.policies();
    return new Network(
        new Network.Policies(
            or(policies.type(), Network.Policies.Type.Enabled),
            or(policies.ingressFrom(), List.of())));
  }

  private static Api api(@Nullable Api given) {
    var it = or(given, new Api(null, null, null));
    return new Api(
        or(it.replicas(), 1),
        or(it.logLevel(), Api.LogLevel.info),
        or(it.maxAutoArchiveIntervalMinutes(), 43_200));
  }

  private static Proxy proxy(@Nullable Proxy given) {
    var it = or(given, new Proxy(null, null, null));
    return new Proxy(or(it.replicas(), 1), or(it.shutdownTimeoutSeconds(), 60), it.cookieDomain());
  }

  private static SshGateway sshGateway(@Nullable SshGateway given) {
    var it = or(given, new SshGateway(null, null));
    return new SshGateway(or(it.type(), SshGateway.Type.Enabled), or(it.replicas(), 1));
  }

  private static Sandboxes sandboxes(@Nullable Sandboxes given) {
    var it = or(given, new Sandboxes(null, null, null, null, null));
    var region = or(it.defaultRegion(), new Sandboxes.Region(null, null, null));
    var scheduling = or(it.scheduling(), new Sandboxes.Scheduling(null, null, null, null, null));
    return new Sandboxes(
        or(it.defaultSnapshot(), SNAPSHOT),
        new Sandboxes.Region(
            or(region.id(), "us"),
            or(region.name(), "us"),
            or(region.quotas(), Sandboxes.Region.Enforcement.NotEnforced)),
        new Sandboxes.Scheduling(
            or(scheduling.availabilityScoreThreshold(), 10),
            or(scheduling.initialRunnerScoreAddon(), 20),
            or(scheduling.startScoreThreshold(), 3),
            or(scheduling.diskPenaltyThreshold(), 75),
            or(scheduling.memoryPenaltyThreshold(), 75)),
        quotas(it.quotas(), ORGANISATION_QUOTAS),
        quotas(it.adminQuotas(), ADMIN_QUOTAS));
  }

  /** Daytona's own numbers for new organisations (contract 1.4), which Harbor keeps. */
  private static final Sandboxes.Quotas ORGANISATION_QUOTAS =
      new Sandboxes.Quotas(10, 10, 30, 4, 8, 10, 30, 20, 100);

  /** Daytona's own are zero, with which the admin key can create no sandbox (contract T2). */
  private static final Sandboxes.Quotas ADMIN_QUOTAS =
      new Sandboxes.Quotas(100, 200, 500, 16, 32, 100, 100, 100, 100);

  private static Sandboxes.Quotas quotas(
      Sandboxes.@Nullable Quotas given, Sandboxes.Quotas fallback) {
    if (given == null) {
      return fallback;
    }
    return new Sandboxes.Quotas(
        or(given.totalCpu(), fallback.totalCpu()),
        or(given.totalMemoryGiB(), fallback.totalMemoryGiB()),
        or(given.totalDiskGiB(), fallback.totalDiskGiB()),
        or(given.maxCpuPerSandbox(), fallback.maxCpuPerSandbox()),
        or(given.maxMemoryGiBPerSandbox(), fallback.maxMemoryGiBPerSandbox()),
        or(given.maxDiskGiBPerSandbox(), fallback.maxDiskGiBPerSandbox()),
        or(given.snapshots(), fallback.snapshots()),
        or(given.maxSnapshotSizeGiB(), fallback.maxSnapshotSizeGiB()),
        or(given.volumes(), fallback.volumes()));
  }

  private static Auth auth(@Nullable Auth given) {
    var it = or(given, new Auth(null, null, null, null));
    var type = or(it.type(), Auth.Type.Dex);
    var verification = or(it.emailVerification(), Auth.EmailVerification.Skipped);
    return switch (type) {
      case Dex -> new Auth(type, dex(it.dex()), it.external(), verification);
      case External -> new Auth(type, it.dex(), provider(it.external()), verification);
    };
  }

  private static Auth.Dex dex(Auth.@Nullable Dex given) {
    var it = or(given, new Auth.Dex(null, null));
    var users =
        or(it.users(), List.of(new Auth.User("dev@daytona.io", "dev", Auth.User.Role.Admin, null)));
    return new Auth.Dex(users.stream().map(Defaults::user).toList(), storage(it.storage(), "1Gi"));
  }

  private static Auth.User user(Auth.User given) {
    var email = required(given.email(), "spec.auth.dex.users[].email");
    var at = email.indexOf('@');
    return new Auth.User(
        email,
        or(given.username(), at > 0 ? email.substring(0, at) : email),
        or(given.role(), Auth.User.Role.User),
        given.passwordSecretRef());
  }

  private static Auth.External provider(Auth.@Nullable External given) {
    var it = or(given, new Auth.External(null, null, null, null, null));
    var issuer = required(it.issuerUrl(), "spec.auth.external.issuerUrl");
    var client = or(it.clientId(), "daytona");
    return new Auth.External(
        issuer,
        or(it.publicIssuerUrl(), issuer),
        client,
        or(it.audience(), client),
        it.clientSecretRef());
  }

  private static Mail mail(@Nullable Mail given) {
    var it = or(given, new Mail(null, null));
    var type = or(it.type(), Mail.Type.MailDev);
    return switch (type) {
      case MailDev, Disabled -> new Mail(type, it.smtp());
      case Smtp -> {
        var relay = required(it.smtp(), "spec.mail.smtp");
        yield new Mail(
            type,
            new Mail.Smtp(
                relay.host(),
                or(relay.port(), 587),
                or(relay.security(), Mail.Smtp.Security.StartTls),
                relay.user(),
                relay.passwordSecretRef(),
                relay.from()));
      }
    };
  }

  private static Tracing tracing(@Nullable Tracing given) {
    var it = or(given, new Tracing(null, null));
    return new Tracing(or(it.type(), Tracing.Type.Jaeger), it.otlp());
  }

  private static Tools tools(@Nullable Tools given) {
    var it = or(given, new Tools(null, null));
    return new Tools(tool(it.pgadmin()), tool(it.registryUi()));
  }

  private static Tools.Tool tool(Tools.@Nullable Tool given) {
    return new Tools.Tool(
        given == null ? Tools.Tool.Type.Enabled : or(given.type(), Tools.Tool.Type.Enabled));
  }

  private static Security security(@Nullable Security given) {
    var it = or(given, new Security(null, null, null, null));
    var ssh = or(it.sshKeys(), new Security.SshKeys(null, null));
    return new Security(
        it.encryptionSecretRef(),
        it.adminApiKeySecretRef(),
        new Security.SshKeys(or(ssh.type(), Security.SshKeys.Type.Ed25519), ssh.secretRef()),
        or(it.rotation(), Map.of()));
  }
}
