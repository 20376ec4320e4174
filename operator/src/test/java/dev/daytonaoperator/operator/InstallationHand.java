package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ManagedKind;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A user's hand on one installation: applies it, looks at it and at what was made of it. */
final class InstallationHand {

  private static final long PATIENCE_SECONDS = 90;

  final KubernetesClient client;
  final String namespace;
  final String name;

  InstallationHand(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /** Applies a spec, as {@code kubectl apply --server-side} does. */
  DaytonaInstallation apply(String specYaml) {
    // By kubectl: serialised types would leave out an empty list, which says more than none.
    var text =
        """
        apiVersion: daytona-operator.dev/v1alpha1
        kind: DaytonaInstallation
        metadata: {name: %s, namespace: %s}
        spec:
        """
                .formatted(name, namespace)
            + specYaml.indent(2);
    try {
      var file = Files.createTempFile(name, ".yaml");
      Files.writeString(file, text);
      ControlPlane.shared()
          .kubectl("apply", "--server-side", "--force-conflicts", "-f", file.toString())
          .orThrow();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return get();
  }

  Optional<DaytonaInstallation> find() {
    return Optional.ofNullable(
        client.resources(DaytonaInstallation.class).inNamespace(namespace).withName(name).get());
  }

  DaytonaInstallation get() {
    return find().orElseThrow();
  }

  void annotate(String key, String value) {
    client
        .resources(DaytonaInstallation.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"" + key + "\":\"" + value + "\"}}}");
  }

  void delete(DeletionPropagation propagation) {
    client
        .resources(DaytonaInstallation.class)
        .inNamespace(namespace)
        .withName(name)
        .withPropagationPolicy(propagation)
        .delete();
  }

  /** Deletes the resource and applies another of the same name once it is gone. */
  void recreate(String specYaml) {
    delete(DeletionPropagation.BACKGROUND);
    Awaitility.await(name + " is gone")
        .atMost(PATIENCE_SECONDS, SECONDS)
        .until(() -> find().isEmpty());
    apply(specYaml);
  }

  /** Waits until the resource and all its objects are gone. */
  void awaitGone() {
    Awaitility.await(name + " and its objects are gone")
        .atMost(PATIENCE_SECONDS, SECONDS)
        .until(() -> find().isEmpty() && objects().isEmpty());
  }

  /** Waits until the status says so about the newest spec. */
  DaytonaInstallation await(String what, Predicate<DaytonaInstallation> fact) {
    return await(what, fact, PATIENCE_SECONDS);
  }

  DaytonaInstallation await(String what, Predicate<DaytonaInstallation> fact, long seconds) {
    try {
      Awaitility.await(name + " " + what)
          .atMost(seconds, SECONDS)
          .pollInterval(100, MILLISECONDS)
          .until(() -> find().filter(InstallationHand::current).filter(fact).isPresent());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          e.getMessage() + "\n" + Serialization.asYaml(find().map(r -> r.getStatus()).orElse(null)),
          e);
    }
    return get();
  }

  DaytonaInstallation awaitReady() {
    return await("is Ready", resource -> is(resource, "Ready", "True"));
  }

  /** Waits until the resource says that it is stalled for this reason. */
  Condition awaitStalled(String reason) {
    var stalled =
        await(
            "is stalled: " + reason,
            resource ->
                condition(resource, "Stalled")
                    .filter(c -> c.getReason().equals(reason))
                    .isPresent());
    return condition(stalled, "Stalled").orElseThrow();
  }

  private static boolean current(DaytonaInstallation resource) {
    return resource.getStatus() != null
        && resource.getMetadata().getGeneration().equals(resource.getStatus().observedGeneration());
  }

  static boolean is(DaytonaInstallation resource, String type, String status) {
    return condition(resource, type).filter(c -> c.getStatus().equals(status)).isPresent();
  }

  static Optional<Condition> condition(DaytonaInstallation resource, String type) {
    var status = resource.getStatus();
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  /** Every object that carries the installation's label, retained ones included. */
  List<HasMetadata> objects() {
    var objects = new ArrayList<HasMetadata>();
    for (var kind : ManagedKind.values()) {
      objects.addAll(
          client
              .resources(kind.type())
              .inNamespace(namespace)
              .withLabel(Labels.INSTALLATION, name)
              .list()
              .getItems());
    }
    objects.sort(Comparator.comparing(InstallationHand::id));
    return objects;
  }

  /** Kind and name of each of {@link #objects()}. */
  List<String> ids() {
    return objects().stream().map(InstallationHand::id).toList();
  }

  static String id(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  /** All values of all credential Secrets, by Secret and key. */
  Map<String, String> credentials() {
    var values = new TreeMap<String, String>();
    client
        .secrets()
        .inNamespace(namespace)
        .withLabel(Labels.INSTALLATION, name)
        .withLabel(Labels.ROLE, Labels.ROLE_CREDENTIAL)
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
                                new String(
                                    Base64.getDecoder().decode(value), StandardCharsets.UTF_8))));
    return values;
  }

  /** The record of what was done once. */
  Map<String, String> state() {
    var record = client.configMaps().inNamespace(namespace).withName(name + "-state").get();
    return record == null ? Map.of() : record.getData();
  }
}
