package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class OtelCollectorComponentTest {

  private static final String ENDPOINT =
      """
      tracing:
        type: Otlp
        otlp: {endpoint: "https://otlp.example.org:4318", headersSecretRef: {name: h, key: k}}
      """;

  private static Rendered collector(String yaml) {
    return Rendered.of(new OtelCollectorComponent(), PlatformInputs.of(yaml));
  }

  private static JsonNode config(String yaml) {
    var file = collector(yaml).only(ConfigMap.class).getData().get("config.yaml");
    return Serialization.unmarshal(file, JsonNode.class);
  }

  @Test
  void tracesGoToJaegerUnderItsFullName() {
    var config = config("{}");

    assertThat(config.fieldNames())
        .toIterable()
        .containsExactly("extensions", "receivers", "processors", "exporters", "service");
    assertThat(config.path("exporters").fieldNames())
        .toIterable()
        .containsExactly("otlp", "nop", "prometheus");
    assertThat(config.at("/exporters/otlp/endpoint").asText())
        .isEqualTo("dev-jaeger.ns.svc.cluster.local:4317");
    assertThat(config.at("/exporters/prometheus/endpoint").asText()).isEqualTo("0.0.0.0:9090");
  }

  @Test
  void tracesAndLogsGoToTheUsersEndpointWithHeadersFromTheEnvironment() {
    var exporter = config(ENDPOINT).at("/exporters/otlphttp");

    assertThat(exporter.path("endpoint").asText()).isEqualTo("https://otlp.example.org:4318");
    assertThat(exporter.path("headers").asText()).isEqualTo("${env:OTLP_HEADERS}");
    assertThat(collector(ENDPOINT).env())
        .containsEntry("OTLP_HEADERS", "secret:theirs/OTLP_HEADERS");
  }

  @Test
  void everyPipelineUsesWhatIsDefined() {
    for (var yaml : new String[] {"{}", ENDPOINT}) {
      var config = config(yaml);
      for (var pipeline : config.at("/service/pipelines")) {
        for (var part : new String[] {"receivers", "processors", "exporters"}) {
          for (var name : pipeline.path(part)) {
            assertThat(config.path(part).has(name.asText())).as(name.asText()).isTrue();
          }
        }
      }
    }
  }
}
