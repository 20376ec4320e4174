package dev.daytonaoperator.operator.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.Calls;
import dev.daytonaoperator.operator.credentials.Seen;
import dev.daytonaoperator.operator.state.StateStore.Loaded;
import dev.daytonaoperator.operator.state.StateStore.Saved;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import dev.daytonaoperator.testing.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The record outlives the resource and is written only when it changes. */
@OnControlPlane
class StateStoreIT {

  private static final InstallationState SEEDED =
      InstallationState.EMPTY.withVersion("v0.189.0").withSeeded();

  private final Calls calls = new Calls();
  private final String name = "d" + UUID.randomUUID().toString().substring(0, 6);
  private KubernetesClient hand;
  private KubernetesClient client;
  private String namespace;
  private Seen seen;
  private Owner owner;
  private StateStore store;

  @BeforeEach
  void setUp(ControlPlane controlPlane, KubernetesClient admin, TestNamespace in) {
    hand = admin;
    client = calls.client(controlPlane.config());
    namespace = in.name();
    seen = new Seen(hand, namespace);
    owner = owner(true);
    store = new StateStore(client, seen, Clock.systemUTC());
  }

  @Test
  void there_is_nothing_at_first() {
    assertThat(store.load(owner)).isEqualTo(new Loaded.Known(InstallationState.EMPTY));
    assertThat(calls.take()).isEmpty();
  }

  @Test
  void it_is_posted_once_and_known_before_the_echo() {
    assertThat(store.save(owner, SEEDED)).isEqualTo(Saved.WRITTEN);

    assertThat(store.load(owner)).isEqualTo(new Loaded.Known(SEEDED));
    assertThat(store.save(owner, SEEDED)).isEqualTo(Saved.UNCHANGED);
    assertThat(calls.take())
        .containsExactly("POST /api/v1/namespaces/" + namespace + "/configmaps");
  }

  @Test
  void a_change_is_one_patch_and_what_it_says_is_read_back_after_a_restart() {
    store.save(owner, SEEDED);
    var next = SEEDED.withStepDone("bucket", "abc");
    calls.take();

    assertThat(store.save(owner, next)).isEqualTo(Saved.WRITTEN);

    assertThat(calls.take()).singleElement().asString().startsWith("PATCH ");
    seen.catchUp();
    assertThat(new StateStore(client, seen, Clock.systemUTC()).load(owner))
        .isEqualTo(new Loaded.Known(next));
  }

  @Test
  void an_instance_that_lags_behind_overwrites_nothing() {
    store.save(owner, SEEDED);
    var late = new StateStore(client, seen, Clock.systemUTC());

    assertThat(late.save(owner, InstallationState.EMPTY.withVersion("v0.1.0")))
        .isEqualTo(Saved.STALE);

    assertThat(late.load(owner)).isEqualTo(new Loaded.Known(SEEDED));
  }

  @Test
  void a_change_by_another_hand_makes_the_save_stale() {
    store.save(owner, SEEDED);
    hand.configMaps()
        .inNamespace(namespace)
        .withName(name + "-state")
        .edit(
            found -> {
              found.getData().put("version", "v0.190.0");
              return found;
            });

    assertThat(store.save(owner, SEEDED.withStepDone("bucket", "abc"))).isEqualTo(Saved.STALE);
    assertThat(store.load(owner)).isEqualTo(new Loaded.Known(SEEDED.withVersion("v0.190.0")));
  }

  @Test
  void the_owner_reference_follows_the_retention_policy() {
    store.save(owner, SEEDED);
    assertThat(stored().getMetadata().getOwnerReferences()).isEmpty();

    assertThat(store.save(retain(false), SEEDED)).isEqualTo(Saved.WRITTEN);
    assertThat(stored().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(reference -> assertThat(reference.getUid()).isEqualTo(owner.uid()));

    assertThat(store.save(retain(true), SEEDED)).isEqualTo(Saved.WRITTEN);
    assertThat(stored().getMetadata().getOwnerReferences()).isEmpty();
  }

  @Test
  void it_is_found_again_by_a_resource_of_the_same_name() {
    store.save(owner, SEEDED);
    seen.catchUp();

    assertThat(new StateStore(client, seen, Clock.systemUTC()).load(owner(true)))
        .isEqualTo(new Loaded.Known(SEEDED));
  }

  @Test
  void one_that_dies_with_an_earlier_resource_is_not_read() {
    store.save(retain(false), SEEDED);
    seen.catchUp();
    var later = owner(true);

    assertThat(store.load(later)).isInstanceOf(Loaded.Dying.class);
    calls.take();
    assertThat(store.save(later, InstallationState.EMPTY)).isEqualTo(Saved.STALE);
    assertThat(calls.take()).isEmpty();
  }

  @Test
  void a_strangers_config_map_is_left_alone() {
    hand.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name + "-state")
                .endMetadata()
                .withData(Map.of("mine", "yes"))
                .build())
        .create();

    assertThat(store.save(owner, SEEDED)).isEqualTo(Saved.STALE);

    assertThat(store.load(owner)).isInstanceOf(Loaded.Foreign.class);
    assertThat(store.save(owner, SEEDED)).isEqualTo(Saved.STALE);
    assertThat(stored().getData()).isEqualTo(Map.of("mine", "yes"));
  }

  private ConfigMap stored() {
    return hand.configMaps().inNamespace(namespace).withName(name + "-state").get();
  }

  private Owner retain(boolean retain) {
    return new Owner("v1", "ConfigMap", namespace, name, owner.uid(), retain);
  }

  /** A resource of this name, with a uid of its own. */
  private Owner owner(boolean retain) {
    hand.configMaps().inNamespace(namespace).withName(name).delete();
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
}
