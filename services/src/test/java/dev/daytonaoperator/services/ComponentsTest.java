package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all components together. */
class ComponentsTest {

  private static final String EXTERNAL =
      """
      exposure: {type: Ingress, domain: d.io, tls: {type: SelfSigned}}
      auth: {type: External, external: {issuerUrl: 'https://id.io'}}
      database: {type: External, external: {host: pg.io, credentialsSecretRef: {name: a}}}
      cache: {type: External, external: {host: redis.io}}
      objectStorage: {type: External, external: {endpoint: 'https://s3.io'}}
      registry: {type: External, external: {url: 'https://reg.io'}}
      mail: {type: Disabled}
      tracing: {type: Otlp, otlp: {endpoint: 'https://otel.io'}}
      """;

  @Test
  void everyComponentIsThereInTheOrderOfItsName() {
    assertThat(Components.all())
        .extracting(Component::name)
        .containsExactly(ComponentName.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", EXTERNAL, "runners: [{name: a, replicas: 3}, {name: g, gpu: {}}]"})
  void equalInputsGiveEqualObjectsUnderNamesOfTheirOwn(String yaml) {
    var objects = everything(PlatformInputs.of(yaml));

    assertThat(objects).isEqualTo(everything(PlatformInputs.of(yaml)));
    assertThat(objects)
        .extracting(it -> it.getKind() + "/" + it.getMetadata().getName())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", EXTERNAL})
  void componentsRenderExactlyWhenTheyAreInstalled(String yaml) {
    var inputs = PlatformInputs.of(yaml);

    for (var component : Components.all()) {
      assertThat(!component.render(inputs).isEmpty())
          .as(component.name().id())
          .isEqualTo(Installed.has(inputs.spec(), component.name()));
    }
  }

  private static List<HasMetadata> everything(Inputs inputs) {
    var objects = new ArrayList<HasMetadata>();
    Components.all().forEach(component -> objects.addAll(component.render(inputs)));
    objects.addAll(NetworkPolicies.render(inputs));
    objects.addAll(Ingresses.render(inputs));
    objects.addAll(DisruptionBudgets.render(inputs));
    return objects;
  }
}
