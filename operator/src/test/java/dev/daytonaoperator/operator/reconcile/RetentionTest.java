package dev.daytonaoperator.operator.reconcile;

import static dev.daytonaoperator.api.v1alpha1.DataRetention.Policy.Delete;
import static dev.daytonaoperator.api.v1alpha1.DataRetention.Policy.Retain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The policy in force is what a deletion would do now, whatever the spec says already. */
class RetentionTest {

  private static <T extends HasMetadata> T object(
      T object, Map<String, String> labels, String... owners) {
    var metadata = new ObjectMetaBuilder().withName("x").withNamespace("ns").withLabels(labels);
    for (var uid : owners) {
      metadata.addNewOwnerReference().withUid(uid).endOwnerReference();
    }
    object.setMetadata(metadata.build());
    return object;
  }

  private static PersistentVolumeClaim claim(String... owners) {
    return object(new PersistentVolumeClaim(), Map.of(Labels.INSTALLATION, "dev"), owners);
  }

  private static Secret credential(String... owners) {
    return object(new Secret(), Map.of(Labels.ROLE, Labels.ROLE_CREDENTIAL), owners);
  }

  private static ConfigMap child() {
    return object(new ConfigMap(), Map.of(Labels.INSTALLATION, "dev"), "uid");
  }

  private static DataRetention.Policy inForce(boolean retain, HasMetadata... objects) {
    var owner = new Owner("v1", "K", "ns", "dev", "uid", retain);
    return Retention.inForce(
        new Observed() {
          @Override
          public Optional<HasMetadata> find(ObjectKey key) {
            return Optional.empty();
          }

          @Override
          public Collection<HasMetadata> labelled(String namespace, String installation) {
            return List.of(objects);
          }

          @Override
          public Collection<HasMetadata> ownedBy(String uid) {
            return List.of();
          }
        },
        owner);
  }

  @Test
  void when_all_objects_agree_with_the_spec_it_is_the_specs() {
    assertThat(inForce(true, claim(), credential(), child())).isEqualTo(Retain);
    assertThat(inForce(false, claim("uid"), credential("uid"), child())).isEqualTo(Delete);
    assertThat(inForce(true)).isEqualTo(Retain);
    assertThat(inForce(false)).isEqualTo(Delete);
  }

  @Test
  void while_one_object_carries_the_other_it_is_the_other() {
    assertThat(inForce(true, claim(), credential("uid"))).isEqualTo(Delete);
    assertThat(inForce(true, claim("uid"), credential())).isEqualTo(Delete);
    assertThat(inForce(false, claim("uid"), credential())).isEqualTo(Retain);
    assertThat(inForce(false, claim(), credential("uid"))).isEqualTo(Retain);
  }

  @Test
  void children_say_nothing() {
    assertThat(inForce(true, child(), claim())).isEqualTo(Retain);
  }
}
