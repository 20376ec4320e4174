package dev.daytonaoperator.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When what is there counts as what is wanted. */
class ObjectTreeTest {

  private static HasMetadata yaml(String text) {
    return Serialization.unmarshal(text);
  }

  private static HasMetadata pod(String spec) {
    return yaml("kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: " + spec);
  }

  private static HasMetadata container(String members) {
    return pod("{containers: [{name: c, " + members + "}]}");
  }

  private static HasMetadata service(String ports) {
    return yaml("kind: Service\napiVersion: v1\nmetadata: {name: s}\nspec: {ports: " + ports + "}");
  }

  private static HasMetadata policy(String ingress) {
    return yaml(
        "kind: NetworkPolicy\n"
            + "apiVersion: networking.k8s.io/v1\n"
            + "metadata: {name: n}\n"
            + "spec: {ingress: "
            + ingress
            + "}");
  }

  private static HasMetadata metadata(String metadata) {
    return yaml("kind: ConfigMap\napiVersion: v1\nmetadata: " + metadata);
  }

  private static boolean within(HasMetadata wanted, HasMetadata actual) {
    return ObjectTree.of(wanted).within(ObjectTree.of(actual));
  }

  /** Whether the change from one state to the other would be seen by who remembers the first. */
  private static boolean noticed(HasMetadata wanted, HasMetadata before, HasMetadata after) {
    var tree = ObjectTree.of(wanted);
    return !tree.fingerprint(ObjectTree.of(before)).equals(tree.fingerprint(ObjectTree.of(after)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000m, true",
    "0.5, 500m, true",
    "1Gi, 1024Mi, true",
    "1073741824, 1Gi, true",
    "1G, 1Gi, false",
    "1, 2, false",
    "1, 1m, false"
  })
  void quantities_are_compared_as_numbers(String wanted, String actual, boolean same) {
    var one = container("resources: {requests: {cpu: '" + wanted + "'}}");
    var other = container("resources: {requests: {cpu: '" + actual + "'}}");
    assertThat(within(one, other)).isEqualTo(same);
    assertThat(
            within(
                pod("{volumes: [{name: v, emptyDir: {sizeLimit: '" + wanted + "'}}]}"),
                pod("{volumes: [{name: v, emptyDir: {sizeLimit: '" + actual + "'}}]}")))
        .isEqualTo(same);
  }

  @Test
  void texts_that_look_like_quantities_are_texts() {
    assertThat(
            within(
                container("env: [{name: A, value: '1'}]"),
                container("env: [{name: A, value: 1000m}]")))
        .isFalse();
    assertThat(
            within(
                metadata("{name: c, labels: {a: '1'}}"), metadata("{name: c, labels: {a: 1000m}}")))
        .isFalse();
  }

  @Test
  void a_number_and_the_name_of_a_port_are_two_things() {
    assertThat(
            within(
                service("[{port: 1, targetPort: 80}]"), service("[{port: 1, targetPort: '80'}]")))
        .isFalse();
    assertThat(
            within(service("[{port: 1, targetPort: 80}]"), service("[{port: 1, targetPort: 80}]")))
        .isTrue();
  }

  @Test
  void what_the_server_adds_does_not_count() {
    assertThat(
            within(
                container(
                    "image: i, ports: [{containerPort: 80}], env: [{name: A, valueFrom: {fieldRef:"
                        + " {fieldPath: f}}}]"),
                container(
                    "image: i, imagePullPolicy: Always, ports: [{containerPort: 80, protocol:"
                        + " TCP}], env: [{name: A, valueFrom: {fieldRef: {apiVersion: v1,"
                        + " fieldPath: f}}}]")))
        .isTrue();
    assertThat(
            within(
                metadata("{name: c, labels: {a: b}}"),
                metadata(
                    "{name: c, uid: u, resourceVersion: '1', generation: 3, labels: {a: b, theirs:"
                        + " x}, annotations: {theirs: x}, finalizers: [x], managedFields:"
                        + " [{manager: m}]}")))
        .isTrue();
  }

  @Test
  void the_status_never_counts() {
    var wanted =
        yaml(
            "kind: Service\n"
                + "apiVersion: v1\n"
                + "metadata: {name: s}\n"
                + "status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}");
    assertThat(within(wanted, yaml("kind: Service\napiVersion: v1\nmetadata: {name: s}"))).isTrue();
    assertThat(ObjectTree.of(wanted).hash())
        .isEqualTo(
            ObjectTree.of(yaml("kind: Service\napiVersion: v1\nmetadata: {name: s}")).hash());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "env: [{name: A, value: a}]      | env: [{name: B, value: b}, {name: A, value: a}]",
        "ports: [{containerPort: 80}]    | ports: [{containerPort: 80, protocol: UDP},"
            + " {containerPort: 80, protocol: TCP}]",
        "volumeMounts: [{name: v, mountPath: /a}] | volumeMounts: [{name: v, mountPath: /b}, {name:"
            + " v, mountPath: /a}]",
        "volumeDevices: [{name: v, devicePath: /a}] | volumeDevices: [{name: x, devicePath: /b},"
            + " {name: v, devicePath: /a}]",
      })
  void a_foreign_element_of_a_merged_list_in_a_container_stays(String wanted, String actual) {
    assertThat(within(container(wanted), container(actual))).isTrue();
    assertThat(noticed(container(wanted), container(wanted), container(actual))).isFalse();
    assertThat(within(container(actual), container(wanted))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{containers: [{name: a}]} | {containers: [{name: b}, {name: a}]}",
        "{initContainers: [{name: a}]} | {initContainers: [{name: b}, {name: a}]}",
        "{volumes: [{name: a}]} | {volumes: [{name: b}, {name: a}]}",
        "{imagePullSecrets: [{name: a}]} | {imagePullSecrets: [{name: b}, {name: a}]}",
        "{hostAliases: [{ip: a}]} | {hostAliases: [{ip: b}, {ip: a}]}",
        "{topologySpreadConstraints: [{topologyKey: a, whenUnsatisfiable: x, maxSkew: 1}]} |"
            + " {topologySpreadConstraints: [{topologyKey: a, whenUnsatisfiable: y}, {topologyKey:"
            + " a, whenUnsatisfiable: x, maxSkew: 1}]}",
      })
  void a_foreign_element_of_a_merged_list_in_a_pod_stays(String wanted, String actual) {
    assertThat(within(pod(wanted), pod(actual))).isTrue();
    assertThat(noticed(pod(wanted), pod(wanted), pod(actual))).isFalse();
    assertThat(within(pod(actual), pod(wanted))).isFalse();
  }

  @Test
  void a_foreign_port_of_a_service_and_a_foreign_owner_stay() {
    assertThat(
            within(
                service("[{port: 80}]"),
                service("[{port: 81}, {port: 80, protocol: TCP, nodePort: 3}]")))
        .isTrue();
    assertThat(
            within(
                metadata("{name: c, ownerReferences: [{uid: a, kind: K}]}"),
                metadata("{name: c, ownerReferences: [{uid: b, kind: L}, {uid: a, kind: K}]}")))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "command: [a, b] | command: [a]",
        "command: [a, b] | command: [b, a]",
        "command: [a] | command: [a, b]",
        "securityContext: {capabilities: {drop: [ALL]}} | securityContext: {capabilities: {drop:"
            + " [ALL, X]}}",
        "envFrom: [{configMapRef: {name: a}}] | envFrom: [{configMapRef: {name: a}, prefix: X}]",
      })
  void other_lists_count_whole(String wanted, String actual) {
    assertThat(within(container(wanted), container(actual))).isFalse();
    assertThat(noticed(container(wanted), container(wanted), container(actual))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{from: [{podSelector: {}}]}] | [{from: [{podSelector: {}, namespaceSelector: {}}]}]",
        "[{from: [{podSelector: {}}]}] | [{from: [{podSelector: {}}, {ipBlock: {cidr:"
            + " 0.0.0.0/0}}]}]",
        "[{from: [{podSelector: {}}]}] | [{from: [{podSelector: {}}]}, {}]",
        "[{ports: [{port: 80}]}] | [{ports: [{port: 80, protocol: UDP}]}]",
        "[{ports: [{port: 80}]}] | [{ports: [{port: 80}, {port: 81}]}]",
        "[{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}] | [{from: [{ipBlock:"
            + " {cidr: 10.0.0.0/8}}]}]",
      })
  void a_network_policy_is_not_widened_unseen(String wanted, String actual) {
    assertThat(within(policy(wanted), policy(actual))).isFalse();
    assertThat(noticed(policy(wanted), policy(wanted), policy(actual))).isTrue();
  }

  @Test
  void a_network_policy_with_the_servers_defaults_is_as_wanted() {
    assertThat(
            within(
                policy("[{ports: [{port: 80}]}]"),
                policy("[{ports: [{port: 80, protocol: TCP}]}]")))
        .isTrue();
  }

  @Test
  void another_kind_of_volume_is_seen() {
    var wanted = pod("{volumes: [{name: v, emptyDir: {}}]}");
    var actual = pod("{volumes: [{name: v, hostPath: {path: /}}]}");
    assertThat(within(wanted, actual)).isFalse();
    assertThat(noticed(wanted, wanted, actual)).isTrue();
  }

  @Test
  void an_empty_value_is_shown_by_leaving_it_out() {
    assertThat(within(container("env: [{name: A, value: ''}]"), container("env: [{name: A}]")))
        .isTrue();
    assertThat(
            within(
                container("env: [{name: A, value: ''}]"), container("env: [{name: A, value: x}]")))
        .isFalse();
    assertThat(within(metadata("{name: c, labels: {a: ''}}"), metadata("{name: c}"))).isFalse();
  }

  @Test
  void a_missing_member_is_seen() {
    assertThat(within(container("image: i"), container("args: [a]"))).isFalse();
    assertThat(within(container("image: i"), pod("{containers: [{name: other, image: i}]}")))
        .isFalse();
    assertThat(within(container("image: i"), pod("{}"))).isFalse();
  }

  @Test
  void a_key_that_a_hand_has_added_again_is_seen() {
    var wanted = container("env: [{name: A, value: a}]");
    var actual = container("env: [{name: A, value: a}, {name: A, value: b}]");
    assertThat(within(wanted, actual)).isFalse();
    assertThat(noticed(wanted, wanted, actual)).isTrue();
  }

  @Test
  void the_hash_knows_no_order_of_members_but_that_of_elements() {
    assertThat(ObjectTree.of(metadata("{name: c, labels: {a: '1', b: '2'}}")).hash())
        .isEqualTo(ObjectTree.of(metadata("{labels: {b: '2', a: '1'}, name: c}")).hash())
        .isNotEqualTo(ObjectTree.of(metadata("{name: c, labels: {a: '1', b: '3'}}")).hash());
    assertThat(ObjectTree.of(container("args: [a, b]")).hash())
        .isNotEqualTo(ObjectTree.of(container("args: [b, a]")).hash());
  }

  @Test
  void a_copy_is_equal_and_apart() {
    var original = metadata("{name: c, labels: {a: b}}");
    var copy = ObjectTree.copy(original);
    assertThat(copy).isEqualTo(original);
    copy.getMetadata().getLabels().put("x", "y");
    assertThat(original.getMetadata().getLabels()).doesNotContainKey("x");
  }
}
