package dev.daytonaoperator.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.Exposure;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds every Secret that a spec names: each member called {@code …SecretRef} or {@code secret}.
 */
final class SecretReferences {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private SecretReferences() {}

  static Set<String> in(DaytonaInstallationSpec spec) {
    var names = new TreeSet<String>();
    collect(MAPPER.valueToTree(spec), names);
    return names;
  }

  /** With the one that cert-manager fills, whose name follows from the resource's. */
  static Set<String> of(DaytonaInstallation resource) {
    var names = new TreeSet<>(in(resource.getSpec()));
    var exposure = resource.getSpec().exposure();
    if (exposure != null
        && exposure.tls() != null
        && exposure.tls().type() == Exposure.Tls.TlsType.CertManager) {
      names.add(resource.getMetadata().getName() + "-tls");
    }
    return names;
  }

  private static void collect(JsonNode node, Set<String> names) {
    node.forEachEntry(
        (field, value) -> {
          if (refersToSecret(field) && value.path("name").isTextual()) {
            names.add(value.path("name").asText());
          }
        });
    node.forEach(child -> collect(child, names));
  }

  private static boolean refersToSecret(String field) {
    return field.endsWith("SecretRef") || field.equals("secretRef") || field.equals("secret");
  }
}
