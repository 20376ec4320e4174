package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Credentials;
import dev.daytonaoperator.services.Defaults;
import dev.daytonaoperator.services.Endpoints;
import dev.daytonaoperator.services.ImageCatalogue;
import dev.daytonaoperator.services.Inputs;
import dev.daytonaoperator.services.Installed;
import dev.daytonaoperator.services.Progress;
import dev.daytonaoperator.services.RunnerIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Inputs from the YAML of a spec, as a pass would compute them, but without any Secret. */
public final class PlatformInputs {

  private static final ClusterFacts CLUSTER =
      new ClusterFacts("cluster.local", Optional.of("standard"));

  private PlatformInputs() {}

  public static DaytonaInstallationSpec spec(String yaml) {
    return Defaults.resolve(Serialization.unmarshal(yaml, DaytonaInstallationSpec.class));
  }

  public static Inputs of(String yaml) {
    return of("dev", "ns", yaml);
  }

  public static Inputs of(String name, String namespace, String yaml) {
    return of(name, namespace, yaml, ImageCatalogue.defaultVersion());
  }

  public static Inputs of(String name, String namespace, String yaml, String version) {
    var spec = spec(yaml);
    var runners =
        Objects.requireNonNull(spec.runners()).stream()
            .flatMap(
                pool ->
                    IntStream.range(0, pool.replicas())
                        .mapToObj(ordinal -> new RunnerIdentity(pool.name(), ordinal)))
            .toList();
    return new Inputs(
        name,
        namespace,
        spec,
        Endpoints.of(name, namespace, CLUSTER, spec),
        ImageCatalogue.resolve(version, spec),
        credentials(name, spec, runners),
        CLUSTER,
        new Progress(version, true, true),
        runners);
  }

  /** Every object of an installation but Secrets and steps. */
  public static List<HasMetadata> render(Inputs inputs) {
    return Draft.render(inputs);
  }

  private static Credentials credentials(
      String name, DaytonaInstallationSpec spec, List<RunnerIdentity> runners) {
    Map<Credential, CredentialRef> byName = new HashMap<>();
    for (var credential : Credential.values()) {
      if (credential.kind() == Credential.Kind.PENDING) {
        continue; // only while a rotation is under way
      }
      byName.put(
          credential,
          credential.kind() == Credential.Kind.REFERENCED
              ? ref("theirs", credential.name())
              : ref(name + "-" + credential.secret(), credential.key()));
    }
    Map<String, CredentialRef> tokens = new HashMap<>();
    runners.forEach(r -> tokens.put(r.name(), ref(name + "-runner-" + r.name(), "token")));
    Map<String, Credentials.DexUser> users = new LinkedHashMap<>();
    if (Installed.has(spec, ComponentName.DEX)) {
      for (var user : spec.auth().dex().users()) {
        var secret = name + "-user-" + user.username();
        users.put(
            user.username(),
            new Credentials.DexUser(
                "id-" + user.username(), ref(secret, "hash"), ref(secret, "password")));
      }
    }
    return new Credentials(byName, tokens, users);
  }

  private static CredentialRef ref(String secret, String key) {
    return new CredentialRef(secret, key, Integer.toHexString((secret + "/" + key).hashCode()));
  }
}
