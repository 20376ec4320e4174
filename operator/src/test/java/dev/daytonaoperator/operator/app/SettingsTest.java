package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static Settings of(String... namesAndValues) {
    var environment = new HashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put("DAYTONA_OPERATOR_" + namesAndValues[i], namesAndValues[i + 1]);
    }
    return Settings.from(environment, "here");
  }

  @Test
  void without_variables_the_own_namespace_is_watched() {
    assertThat(Settings.from(Map.of("PATH", "/bin"), "here"))
        .isEqualTo(
            new Settings(
                "here", Set.of("here"), false, 8080, Optional.empty(), true, Optional.empty()));
  }

  @Test
  void every_variable_counts() {
    assertThat(
            of(
                "NAMESPACE", "ops",
                "WATCH_NAMESPACES", "a, b",
                "LEADER_ELECTION", "true",
                "HTTP_PORT", "0",
                "CLUSTER_DOMAIN", "k8s.example.org",
                "PLATFORM_CHECKS", "false",
                "LOG_LEVEL", "DEBUG",
                "LOG_FORMAT", "json"))
        .isEqualTo(
            new Settings(
                "ops",
                Set.of("a", "b"),
                true,
                0,
                Optional.of("k8s.example.org"),
                false,
                Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void an_empty_variable_is_an_absent_one(String nothing) {
    assertThat(
            of(
                "NAMESPACE", nothing,
                "WATCH_NAMESPACES", nothing,
                "HTTP_PORT", nothing,
                "CLUSTER_DOMAIN", nothing,
                "LEADER_ELECTION", nothing))
        .isEqualTo(of());
  }

  @Test
  void the_own_namespace_may_differ_from_the_clients() {
    assertThat(of("NAMESPACE", "ops").watchNamespaces()).containsExactly("ops");
  }

  @Test
  void a_star_is_every_namespace() {
    assertThat(of("WATCH_NAMESPACES", "*").watchNamespaces()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NAMESPACE        | My_Ns      | must be a DNS name, is 'My_Ns'
          WATCH_NAMESPACES | a,,b       | must be * or namespaces separated by commas, has ''
          WATCH_NAMESPACES | a,*        | must be * or namespaces separated by commas, has '*'
          LEADER_ELECTION  | yes        | must be true or false, is 'yes'
          HTTP_PORT        | 70000      | must be a port number, is '70000'
          HTTP_PORT        | http       | must be a port number, is 'http'
          CLUSTER_DOMAIN   | -x.        | must be a DNS name, is '-x.'
          PLATFORM_CHECKS  | off        | must be true or false, is 'off'
          LOG_LEVEL        | TRACE      | must be one of DEBUG, ERROR, INFO, WARN, is 'TRACE'
          LOG_FORMAT       | xml        | must be one of json, text, is 'xml'
          WATCH_NAMESPACE  | a          | is not a setting
          """)
  void what_cannot_be_used_is_named(String name, String value, String says) {
    assertThatThrownBy(() -> of(name, value))
        .isInstanceOf(Settings.InvalidSettingsException.class)
        .hasMessage("DAYTONA_OPERATOR_" + name + " " + says);
  }

  @Test
  void all_mistakes_are_named_at_once() {
    assertThatThrownBy(() -> of("HTTP_PORT", "x", "LOG_LEVEL", "LOUD", "TYPO", "1"))
        .hasMessageContainingAll("HTTP_PORT", "LOG_LEVEL", "TYPO");
  }

  /** The kubelet sets such variables when a Service is called daytona-operator. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SERVICE_HOST",
        "SERVICE_PORT",
        "SERVICE_PORT_METRICS",
        "PORT",
        "PORT_8080_TCP",
        "PORT_8080_TCP_ADDR",
        "METRICS_SERVICE_HOST",
        "METRICS_PORT_8080_TCP_PROTO"
      })
  void service_links_are_no_settings(String name) {
    assertThat(of(name, "tcp://10.0.0.1:8080")).isEqualTo(of());
  }
}
