package dev.daytonaoperator.operator.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;

/** Specs that the API server would accept; the same seed makes the same one. */
final class RandomSpecs {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SplittableRandom random;
  private final ObjectNode spec = JSON.createObjectNode();

  private RandomSpecs(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A whole resource, which is YAML as JSON is. */
  static String resource(long seed) {
    var specs = new RandomSpecs(seed);
    specs.fill();
    return """
    {"apiVersion": "daytona-operator.dev/v1alpha1", "kind": "DaytonaInstallation",
     "metadata": {"name": "%s", "namespace": "%s"}, "spec": %s}
    """
        .formatted(
            specs.of("daytona", "a", "abcdefghijklmnopqrst", "x-1"),
            specs.of("ns", "a-namespace-with-a-name-as-long-as-63-characters-" + "x".repeat(14)),
            specs.spec);
  }

  private void fill() {
    maybe("version", "\"v0.190.0\"");
    maybe("mode", "\"Stopped\"");
    maybe("dataRetention", "{\"whenDeleted\": \"Delete\"}");
    maybe(
        "images", "{\"registry\": \"mirror.example.org/x\", \"pullSecrets\": [{\"name\": \"p\"}]}");
    exposure();
    maybe("network", "{\"policies\": {\"type\": \"Disabled\"}}");
    maybe("network", "{\"policies\": {\"ingressFrom\": [{\"namespaceSelector\": {}}]}}");
    maybe("api", "{\"replicas\": 3, \"logLevel\": \"debug\"}");
    maybe("proxy", "{\"replicas\": 2}");
    maybe("sshGateway", "{\"type\": \"Disabled\"}");
    runners();
    stores();
    maybe("mail", "{\"type\": \"Disabled\"}");
    maybe(
        "mail",
        "{\"type\": \"Smtp\", \"smtp\": {\"host\": \"smtp.io\", \"from\": \"a@b.io\","
            + " \"user\": \"u\", \"passwordSecretRef\": {\"name\": \"smtp\", \"key\": \"k\"}}}");
    maybe("tracing", "{\"type\": \"Disabled\"}");
    maybe("tracing", "{\"type\": \"Otlp\", \"otlp\": {\"endpoint\": \"https://otlp.io\"}}");
    maybe("tools", "{\"pgadmin\": {\"type\": \"Disabled\"}}");
    maybe("tools", "{\"registryUi\": {\"type\": \"Disabled\"}}");
    maybe(
        "components",
        "[{\"name\": \"api\", \"pod\": {\"labels\": {\"team\": \"x\"}, \"nodeSelector\": {\"a\":"
            + " \"b\"}}}, {\"name\": \"jobs\", \"pod\": {\"annotations\": {\"c\": \"d\"}}}]");
    auth();
    maybe("security", "{\"adminApiKeySecretRef\": {\"name\": \"mine\", \"key\": \"admin\"}}");
    maybe("security", "{\"sshKeys\": {\"secretRef\": {\"name\": \"ssh\"}}}");
  }

  private void exposure() {
    maybe("exposure", "{\"ports\": {\"api\": 41000, \"dex\": 41006}}");
    maybe(
        "exposure",
        "{\"type\": \"Ingress\", \"domain\": \"d.io\", \"tls\": {\"type\": \"SelfSigned\"},"
            + " \"ssh\": {\"type\": \"LoadBalancer\", \"port\": 22}}");
    maybe("exposure", "{\"type\": \"LoadBalancer\", \"domain\": \"d.io\"}");
    maybe(
        "exposure",
        "{\"type\": \"NodePort\", \"domain\": \"d.io\", \"nodePort\": {\"api\": 30000,"
            + " \"proxy\": 30001, \"dex\": 30002}}");
  }

  private void runners() {
    maybe("runners", "[]");
    maybe("runners", "[{\"name\": \"abcdefghijklmnopqrst\"}]");
    maybe("runners", "[{\"name\": \"gpu\", \"gpu\": {}, \"evictionPolicy\": \"Allow\"}]");
    maybe("runners", "[{\"name\": \"one\"}, {\"name\": \"none\", \"replicas\": 0}]");
    maybe("runners", "[{\"name\": \"own\", \"storage\": {\"existingClaim\": \"disk\"}}]");
  }

  private void stores() {
    maybe("database", "{\"bundled\": {\"storage\": {\"existingClaim\": \"pg\"}}}");
    maybe("database", external("\"host\": \"pg.io\"", "\"tls\": \"VerifyFull\""));
    maybe("cache", "{\"bundled\": {\"passwordSecretRef\": {\"name\": \"mine\", \"key\": \"c\"}}}");
    maybe("cache", external("\"host\": \"10.0.0.1\"", "\"tls\": \"Enabled\""));
    maybe("objectStorage", "{\"type\": \"Disabled\"}");
    maybe("objectStorage", external("\"endpoint\": \"http://minio.io\"", "\"bucket\": \"bucket\""));
    maybe("registry", external("\"url\": \"https://r.io\"", "\"project\": \"p\""));
    maybe("registry", "{\"bundled\": {\"garbageCollection\": {\"schedule\": \"0 3 * * 0\"}}}");
  }

  private static String external(String... members) {
    return "{\"type\": \"External\", \"external\": {"
        + String.join(", ", members)
        + ", \"credentialsSecretRef\": {\"name\": \"theirs-"
        + Integer.toHexString(String.join("", members).hashCode())
        + "\", \"usernameKey\": \"u\", \"passwordKey\": \"p\"}}}";
  }

  private void auth() {
    maybe(
        "auth",
        "{\"dex\": {\"users\": [{\"email\": \"a@b.io\", \"username\": \"a\"},"
            + " {\"email\": \"c@d.io\", \"role\": \"Admin\"}]}}");
    maybe(
        "auth",
        "{\"type\": \"External\", \"external\": {\"issuerUrl\": \"https://login.io\","
            + " \"clientId\": \"c\"}}");
  }

  /** One time in three; a later value takes the place of an earlier one. */
  private void maybe(String field, String json) {
    if (random.nextInt(3) == 0) {
      spec.set(field, parse(json));
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private String of(String... choices) {
    return List.of(choices).get(random.nextInt(choices.length));
  }
}
