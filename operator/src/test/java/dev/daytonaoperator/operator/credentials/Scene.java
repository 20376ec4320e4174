package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.Endpoints;
import dev.daytonaoperator.services.RunnerIdentity;
import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** One installation on the control plane, with a store under test and a hand that interferes. */
final class Scene {

  /** A spec as it is after defaults; members that do not concern credentials are left out. */
  static final String SPEC =
      """
      dataRetention: {whenDeleted: Retain, whenScaled: Retain}
      exposure: {type: Localhost, tls: {type: Disabled}}
      sshGateway: {type: Enabled}
      auth: {type: Dex, dex: {users: [{email: dev@daytona.io, username: dev}]}}
      database: {type: Bundled, bundled: {user: user, name: daytona}}
      cache: {type: Bundled, bundled: {}}
      objectStorage: {type: Bundled, bundled: {}}
      registry: {type: Bundled, bundled: {}}
      mail: {type: MailDev}
      tracing: {type: Jaeger}
      tools: {pgadmin: {type: Enabled}, registryUi: {type: Enabled}}
      security: {sshKeys: {type: Ed25519}}
      """;

  final KubernetesClient hand;
  final Calls calls = new Calls();
  final Seen seen;
  final String namespace;
  final String name;
  private final KubernetesClient client;
  private Owner owner;
  private String spec = SPEC;
  private List<RunnerIdentity> runners = List.of(new RunnerIdentity("default", 0));
  private CredentialStore store;
  Instant now = Instant.now();
  InstallationState state = InstallationState.EMPTY;

  Scene(ControlPlane controlPlane, KubernetesClient hand, String namespace) {
    this.hand = hand;
    this.namespace = namespace;
    this.name = "d" + UUID.randomUUID().toString().substring(0, 6);
    this.client = calls.client(controlPlane.config());
    this.seen = new Seen(hand, namespace);
    this.owner = newOwner(true);
    this.store = newStore();
  }

  /** A resource of this name comes into being, with a uid of its own. */
  private Owner newOwner(boolean retain) {
    var configMaps = hand.configMaps().inNamespace(namespace).withName(name);
    configMaps.delete();
    var resource =
        hand.resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .endMetadata()
                    .build())
            .create();
    return new Owner("v1", "ConfigMap", namespace, name, resource.getMetadata().getUid(), retain);
  }

  Owner owner() {
    return owner;
  }

  void recreated() {
    owner = newOwner(owner.retainData());
    state = InstallationState.EMPTY;
    restarted();
  }

  void retain(boolean retain) {
    owner = new Owner(owner.apiVersion(), owner.kind(), namespace, name, owner.uid(), retain);
  }

  void restarted() {
    store = newStore();
  }

  private CredentialStore newStore() {
    return new CredentialStore(client, seen, new Moving(), new SecureRandom());
  }

  CredentialStore store() {
    return store;
  }

  /** Replaces one line of the spec by another for the same member. */
  void spec(String line) {
    var member = line.substring(0, line.indexOf(':') + 1);
    spec =
        spec.lines()
            .map(existing -> existing.startsWith(member) ? line : existing)
            .reduce("", (all, next) -> all + next + "\n");
  }

  void runners(RunnerIdentity... identities) {
    runners = List.of(identities);
  }

  CredentialNeeds needs() {
    return new CredentialNeeds(
        owner, Serialization.unmarshal(spec, DaytonaInstallationSpec.class), endpoints(), runners);
  }

  ReferencedSecrets references() {
    return (where, secret) ->
        Optional.ofNullable(hand.secrets().inNamespace(where).withName(secret).get());
  }

  CredentialOutcome ensure() {
    return store.ensure(needs(), references(), state);
  }

  /** Ensures, expects success, and does what the caller has to do with the state. */
  CredentialOutcome.Ready ready() {
    var outcome = ensure();
    if (outcome instanceof CredentialOutcome.Ready ready) {
      state = ready.state();
      return ready;
    }
    throw new AssertionError("not ready: " + outcome);
  }

  List<Problem> problems() {
    var outcome = ensure();
    if (outcome instanceof CredentialOutcome.Blocked blocked) {
      return blocked.problems();
    }
    throw new AssertionError("not blocked: " + outcome);
  }

  /** Ready, seen by the informers, calls forgotten. */
  CredentialOutcome.Ready installed() {
    ready();
    seen.catchUp();
    var ready = ready();
    calls.take();
    return ready;
  }

  /** The calls since the last time that change something. */
  List<String> writes() {
    return calls.take().stream().filter(call -> !call.startsWith("GET ")).toList();
  }

  String secretName(String suffix) {
    return name + "-" + suffix;
  }

  Secret secret(String suffix) {
    return hand.secrets().inNamespace(namespace).withName(secretName(suffix)).get();
  }

  String value(String suffix, String key) {
    return Optional.ofNullable(secret(suffix).getData().get(key))
        .map(SecretDraft::decode)
        .orElseThrow();
  }

  /** All values of all credential Secrets, by Secret and key. */
  Map<String, String> values() {
    var values = new TreeMap<String, String>();
    hand.secrets()
        .inNamespace(namespace)
        .withLabel("daytona-operator.dev/installation", name)
        .list()
        .getItems()
        .forEach(
            secret ->
                secret
                    .getData()
                    .forEach(
                        (key, value) ->
                            values.put(
                                secret.getMetadata().getName() + "/" + key,
                                SecretDraft.decode(value))));
    return values;
  }

  void delete(String suffix) {
    hand.secrets().inNamespace(namespace).withName(secretName(suffix)).delete();
  }

  void edit(String suffix, Consumer<Map<String, String>> change) {
    hand.secrets()
        .inNamespace(namespace)
        .withName(secretName(suffix))
        .edit(
            secret -> {
              change.accept(secret.getData());
              return secret;
            });
  }

  void userSecret(String secret, Map<String, String> data) {
    hand.resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(secret)
                .endMetadata()
                .withStringData(data)
                .build())
        .create();
  }

  private static Endpoints endpoints() {
    return new Endpoints(
        "https://daytona.example.org",
        "proxy.daytona.example.org:8443",
        "https",
        "https://proxy.daytona.example.org:8443",
        "https://dex.daytona.example.org/dex",
        "http://dex:5556/dex",
        List.of(),
        Optional.empty(),
        "http://api:3000/api",
        new Endpoints.HostPort("db.example", 5432),
        new Endpoints.HostPort("cache.example", 6379),
        "registry.example:6000",
        "http://registry.example:6000",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private final class Moving extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
