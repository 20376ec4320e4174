package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inputs of an installation {@code dev} in namespace {@code ns}, from the YAML of a spec. */
final class PlatformInputs {

  static final ClusterFacts CLUSTER = new ClusterFacts("cluster.local", Optional.empty());

  private PlatformInputs() {}

  static DaytonaInstallationSpec spec(String yaml) {
    return Defaults.resolve(Serialization.unmarshal(yaml, DaytonaInstallationSpec.class));
  }

  static Inputs of(String yaml) {
    return of(yaml, false);
  }

  static Inputs of(String yaml, boolean seeded) {
    var spec = spec(yaml);
    var version = ImageCatalogue.defaultVersion();
    var runners = new ArrayList<RunnerIdentity>();
    for (var pool : spec.runners()) {
      for (int ordinal = 0; ordinal < pool.replicas(); ordinal++) {
        runners.add(new RunnerIdentity(pool.name(), ordinal));
      }
    }
    return new Inputs(
        "dev",
        "ns",
        spec,
        Endpoints.of("dev", "ns", CLUSTER, spec),
        ImageCatalogue.resolve(version, spec),
        credentials(spec, runners),
        CLUSTER,
        new Progress(version, seeded, false),
        runners);
  }

  /** Every credential that there can be, each with a Secret, key and digest of its own. */
  private static Credentials credentials(
      DaytonaInstallationSpec spec, List<RunnerIdentity> runners) {
    Map<Credential, CredentialRef> byName = new HashMap<>();
    for (var credential : Credential.values()) {
      if (credential.kind() == Credential.Kind.PENDING) {
        continue; // only while a rotation is under way
      }
      byName.put(
          credential,
          credential.kind() == Credential.Kind.REFERENCED
              ? ref("theirs", credential.name())
              : ref("dev-" + credential.secret(), credential.key()));
    }
    Map<String, CredentialRef> tokens = new HashMap<>();
    for (var runner : runners) {
      tokens.put(runner.name(), ref("dev-runner-" + runner.name() + "-token", "token"));
    }
    Map<String, Credentials.DexUser> users = new LinkedHashMap<>();
    if (Installed.has(spec, ComponentName.DEX)) {
      for (var user : spec.auth().dex().users()) {
        var secret = "dev-user-" + (users.size() + 1);
        users.put(
            user.username(),
            new Credentials.DexUser(
                "id-" + (users.size() + 1), ref(secret, "hash"), ref(secret, "password")));
      }
    }
    return new Credentials(byName, tokens, users);
  }

  private static CredentialRef ref(String secret, String key) {
    return new CredentialRef(secret, key, Integer.toHexString((secret + "/" + key).hashCode()));
  }
}
