package dev.daytonaoperator.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daytonaoperator.operator.app.Settings;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which values the chart takes, and that they reach the process. */
@OnControlPlane
class ChartValuesIT {

  private final ControlPlane controlPlane;
  private final Chart chart;

  ChartValuesIT(ControlPlane controlPlane, KubernetesClient client) {
    this.controlPlane = controlPlane;
    this.chart = new Chart(controlPlane, client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          scope=Everything                  | '/scope'
          watchNamespaces={Team_A}          | '/watchNamespaces/0'
          watchNamespaces={a,a}             | '/watchNamespaces'
          watchNamespace={a}                | 'watchNamespace'
          replicas=two                      | '/replicas'
          replicas=-1                       | '/replicas'
          image.tag=latest                  | '/image/tag'
          image.digest=abc                  | '/image/digest'
          image.pullPolicy=Sometimes        | '/image/pullPolicy'
          operator.logLevle=info            | 'logLevle'
          operator.logLevel=loud            | '/operator/logLevel'
          operator.logFormat=xml            | '/operator/logFormat'
          operator.platformChecks=maybe     | '/operator/platformChecks'
          operator.clusterDomain=Cluster_   | '/operator/clusterDomain'
          operator.httpPort=80              | '/operator/httpPort'
          crds.keep=true                    | 'keep'
          rbac.create=yes-please            | '/rbac/create'
          metrics.service.enabled=1         | '/metrics/service/enabled'
          networkPolicy.metricsFrom=all     | '/networkPolicy/metricsFrom'
          serviceAccount.create=false       | 'serviceAccount.name'
          """)
  void a_wrong_value_is_refused_by_name(String value, String field) {
    var answer = chart.render(value);
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.errors()).contains(field);
  }

  @Test
  void a_list_of_namespaces_and_the_whole_cluster_exclude_each_other() {
    var answer = chart.render("scope=Cluster", "watchNamespaces={a}");
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.errors()).contains("/watchNamespaces");
  }

  @Test
  void values_reach_the_process() {
    assertThat(settings())
        .isEqualTo(
            new Settings(
                Chart.NAMESPACE,
                Set.of(Chart.NAMESPACE),
                false,
                8080,
                Optional.empty(),
                true,
                Optional.empty()));
    assertThat(
            settings(
                "watchNamespaces={a,b}",
                "replicas=3",
                "operator.httpPort=9090",
                "operator.clusterDomain=cluster.example.org",
                "operator.platformChecks=false",
                "operator.platformUrl=http://localhost:3000/api"))
        .isEqualTo(
            new Settings(
                Chart.NAMESPACE,
                Set.of("a", "b"),
                true,
                9090,
                Optional.of("cluster.example.org"),
                false,
                Optional.of("http://localhost:3000/api")));
    assertThat(settings("scope=Cluster").watchNamespaces()).as("all").isEmpty();
  }

  @Test
  void every_setting_of_the_process_has_a_value() {
    var variables =
        environment(
                "operator.clusterDomain=cluster.example.org",
                "operator.platformUrl=http://localhost:3000/api")
            .keySet();
    assertThat(variables)
        .containsAll(
            Stream.of(Settings.class.getRecordComponents()).map(ChartValuesIT::variable).toList())
        .contains("DAYTONA_OPERATOR_LOG_LEVEL", "DAYTONA_OPERATOR_LOG_FORMAT");
  }

  @Test
  void every_value_is_described_and_every_description_is_of_a_value() throws IOException {
    var schema = read("values.schema.json");
    var described = new ArrayList<String>();
    var silent = new ArrayList<String>();
    collect(schema, "", described, silent);
    assertThat(silent).as("without a description").isEmpty();
    var values = new ArrayList<String>();
    leaves(read("values.yaml"), "", values);
    assertThat(described).containsAll(values);
  }

  private static void collect(
      JsonNode schema, String path, List<String> described, List<String> silent) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              var name = path + "/" + property.getKey();
              (property.getValue().has("description") ? described : silent).add(name);
              collect(property.getValue(), name, described, silent);
            });
  }

  private static void leaves(JsonNode values, String path, List<String> leaves) {
    if (values instanceof ObjectNode object && !object.isEmpty() && !path.equals("/resources")) {
      object.properties().forEach(p -> leaves(p.getValue(), path + "/" + p.getKey(), leaves));
    } else {
      leaves.add(path);
    }
  }

  private JsonNode read(String file) throws IOException {
    var path = controlPlane.repository().resolve(Chart.FOLDER).resolve(file);
    return Serialization.unmarshal(Files.readString(path), JsonNode.class);
  }

  private Settings settings(String... values) {
    // Refuses a variable that the process does not know.
    return Settings.from(environment(values), "elsewhere");
  }

  private Map<String, String> environment(String... values) {
    var environment = new TreeMap<String, String>();
    chart
        .template(values)
        .one(Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .forEach(
            variable -> {
              var own = variable.getValueFrom();
              if (own != null) {
                assertThat(own.getFieldRef().getFieldPath()).isEqualTo("metadata.namespace");
              }
              environment.put(
                  variable.getName(), own == null ? variable.getValue() : Chart.NAMESPACE);
            });
    return environment;
  }

  private static String variable(RecordComponent setting) {
    return "DAYTONA_OPERATOR_"
        + setting.getName().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
  }
}
