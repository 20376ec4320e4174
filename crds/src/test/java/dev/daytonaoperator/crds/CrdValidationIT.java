package dev.daytonaoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server takes, refuses and shows; the cases are tables in {@code cases/}. */
@OnControlPlane
class CrdValidationIT {

  private static final String CRD_FILE = "crds/daytonainstallations.daytona-operator.dev.yaml";

  private final KubernetesClient client;
  private final TestNamespace namespace;

  CrdValidationIT(KubernetesClient client, TestNamespace namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** One line of a table; what a table does not say is a missing node. */
  record Case(JsonNode line) {

    String text(String field) {
      return line.path(field).asText();
    }

    @Override
    public String toString() {
      return text("name");
    }
  }

  static List<Case> accepted() throws IOException {
    return table("accepted");
  }

  static List<Case> refused() throws IOException {
    return table("refused");
  }

  static List<Case> updates() throws IOException {
    return table("updates");
  }

  private static List<Case> table(String name) throws IOException {
    try (InputStream file = CrdValidationIT.class.getResourceAsStream("/cases/" + name + ".yaml")) {
      var cases = new ArrayList<Case>();
      Serialization.unmarshal(Objects.requireNonNull(file), JsonNode.class)
          .forEach(line -> cases.add(new Case(line)));
      return cases;
    }
  }

  @BeforeAll
  static void the_crd_is_installed(ControlPlane controlPlane) {
    controlPlane.installCrd();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void is_accepted(Case given) {
    var created = send(resource("daytona", given.line().get("spec")));
    assertThat(created.get("status", "observedGeneration").toString()).isEqualTo("-1");
    // What the API server takes, the operator's types must understand.
    var spec =
        Serialization.jsonMapper().convertValue(created.get("spec"), DaytonaInstallationSpec.class);
    assertThat(spec.exposure().type()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void is_refused(Case given) {
    var name = given.line().path("metadataName").asText("daytona");
    assertThatThrownBy(() -> send(resource(name, given.line().get("spec"))))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(given.text("message"));
  }

  @ParameterizedTest
  @MethodSource("updates")
  void is_changed_or_not(Case given) {
    var name = "update";
    var stored = client.resource(resource(name, given.line().get("before"))).create();
    try {
      var changed = resource(name, given.line().get("after"));
      changed.getMetadata().setResourceVersion(stored.getMetadata().getResourceVersion());
      if (given.line().has("message")) {
        assertThatThrownBy(() -> client.resource(changed).dryRun().update())
            .isInstanceOf(KubernetesClientException.class)
            .hasMessageContaining(given.text("message"));
      } else {
        assertThat(client.resource(changed).dryRun().update().getMetadata().getGeneration())
            .isEqualTo(2);
      }
    } finally {
      client.resource(stored).delete();
    }
  }

  @Test
  void client_side_apply_takes_the_crd(ControlPlane controlPlane) {
    assertThat(controlPlane.kubectl("apply", "--dry-run=server", "-f", CRD_FILE).orThrow().output())
        .contains("daytonainstallations.daytona-operator.dev");
  }

  @Test
  void explain_says_what_a_field_does(ControlPlane controlPlane) {
    assertThat(explain(controlPlane, "database.bundled.storage.size"))
        .contains("FIELD: size <string>", "never shrink", "Default: `20Gi`.");
    assertThat(explain(controlPlane, "cache.bundled.storage.size")).contains("Default: `1Gi`.");
    assertThat(explain(controlPlane, "runners")).contains("storage", "replicas", "-required-");
  }

  private static String explain(ControlPlane controlPlane, String field) {
    return controlPlane
        .kubectl("explain", "daytonainstallations.spec." + field)
        .orThrow()
        .output()
        .replaceAll("\\s+", " ");
  }

  @Test
  void get_shows_the_columns(ControlPlane controlPlane) {
    var stored = client.resource(resource("shown", Serialization.jsonMapper().createObjectNode()));
    stored.create();
    try {
      assertThat(columns(controlPlane))
          .containsExactly("NAME", "READY", "VERSION", "COMPONENTS", "AGE");
      assertThat(columns(controlPlane, "-o", "wide"))
          .containsExactly(
              "NAME", "READY", "VERSION", "COMPONENTS", "URL", "REASON", "MESSAGE", "AGE");
    } finally {
      stored.delete();
    }
  }

  private List<String> columns(ControlPlane controlPlane, String... more) {
    var arguments = new ArrayList<>(List.of("get", "daytona", "-n", namespace.name()));
    arguments.addAll(List.of(more));
    var output = controlPlane.kubectl(arguments.toArray(String[]::new)).orThrow().output();
    return List.of(output.lines().findFirst().orElseThrow().trim().split("\\s+"));
  }

  private GenericKubernetesResource send(GenericKubernetesResource resource) {
    return client.resource(resource).dryRun().fieldValidation(Validation.STRICT).create();
  }

  private GenericKubernetesResource resource(String name, @Nullable JsonNode spec) {
    var resource = new GenericKubernetesResource();
    resource.setApiVersion(DaytonaInstallation.GROUP + "/" + DaytonaInstallation.VERSION);
    resource.setKind("DaytonaInstallation");
    resource.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(namespace.name()).build());
    if (spec != null) {
      resource.setAdditionalProperties(Map.of("spec", spec));
    }
    return resource;
  }
}
