package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.api.v1alpha1.NameRef;
import dev.daytonaoperator.api.v1alpha1.SecretKeyRef;
import dev.daytonaoperator.api.v1alpha1.Storage;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Inputs;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the status that follow from the inputs alone: addresses, names of Secrets, values in
 * force.
 */
final class Published {

  private Published() {}

  static DaytonaInstallationStatus.Endpoints endpoints(Inputs inputs) {
    var e = inputs.endpoints();
    return new DaytonaInstallationStatus.Endpoints(
        e.dashboard(),
        e.api(),
        e.proxy(),
        e.toolboxBaseUrl(),
        e.ssh().map(Object::toString).orElse(null),
        e.publicIssuer(),
        e.registryUrl(),
        e.objectStorage().orElse(null));
  }

  static DaytonaInstallationStatus.Credentials credentials(Inputs inputs) {
    var c = inputs.credentials();
    return new DaytonaInstallationStatus.Credentials(
        keyRef(c.get(Credential.ADMIN_API_KEY)),
        firstUser(inputs),
        secretOf(inputs, Credential.DATABASE_PASSWORD),
        secretOf(inputs, Credential.REGISTRY_PASSWORD),
        secretOf(inputs, Credential.OBJECT_STORAGE_SECRET_KEY));
  }

  private static DaytonaInstallationStatus.@Nullable FirstUser firstUser(Inputs inputs) {
    var auth = inputs.spec().auth();
    if (auth.type() != Auth.Type.Dex || auth.dex().users().isEmpty()) {
      return null;
    }
    var first = auth.dex().users().getFirst();
    var email = first.email();
    var user = inputs.credentials().dexUsers().get(first.username());
    return user == null
        ? null
        : new DaytonaInstallationStatus.FirstUser(
            email, user.password().secretName(), user.password().key());
  }

  private static @Nullable NameRef secretOf(Inputs inputs, Credential credential) {
    return inputs.credentials().find(credential).map(r -> new NameRef(r.secretName())).orElse(null);
  }

  private static SecretKeyRef keyRef(CredentialRef ref) {
    return new SecretKeyRef(ref.secretName(), ref.key());
  }

  static DaytonaInstallationStatus.Resolved resolved(Inputs inputs) {
    var spec = inputs.spec();
    return new DaytonaInstallationStatus.Resolved(
        inputs.cluster().clusterDomain(),
        inputs.cluster().defaultStorageClass().orElse(null),
        spec.images().registry(),
        spec.sandboxes().defaultSnapshot(),
        inputs.endpoints().registryHost(),
        spec.sandboxes().quotas(),
        spec.sandboxes().adminQuotas(),
        storage(inputs));
  }

  /** Size of every volume that the operator requests, by component. */
  private static Map<String, String> storage(Inputs inputs) {
    var spec = inputs.spec();
    var sizes = new TreeMap<String, String>();
    put(
        sizes,
        "database",
        spec.database().bundled() == null ? null : spec.database().bundled().storage());
    put(sizes, "cache", spec.cache().bundled() == null ? null : spec.cache().bundled().storage());
    put(
        sizes,
        "registry",
        spec.registry().bundled() == null ? null : spec.registry().bundled().storage());
    put(
        sizes,
        "objectStorage",
        spec.objectStorage().bundled() == null ? null : spec.objectStorage().bundled().storage());
    put(sizes, "dex", spec.auth().dex() == null ? null : spec.auth().dex().storage());
    for (var pool : spec.runners()) {
      put(sizes, "runner/" + pool.name(), pool.storage());
    }
    return sizes;
  }

  private static void put(Map<String, String> sizes, String key, @Nullable Storage storage) {
    Optional.ofNullable(storage)
        .filter(s -> s.existingClaim() == null)
        .map(Storage::size)
        .ifPresent(size -> sizes.put(key, size));
  }
}
