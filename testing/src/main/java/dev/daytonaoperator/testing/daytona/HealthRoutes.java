package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** {@code /health}, {@code /health/ready} and {@code /config} (contract 2.2 and 7). */
final class HealthRoutes {

  private final Platform platform;

  HealthRoutes(Platform platform) {
    this.platform = platform;
  }

  Response alive() {
    return new Response(200, JsonNodeFactory.instance.objectNode().put("status", "ok"));
  }

  Response ready(boolean dependencies) {
    if (!dependencies) {
      throw new Refusal(503, "Service Unavailable");
    }
    return alive();
  }

  Response config() {
    var env = platform.environment();
    var json = JsonNodeFactory.instance.objectNode().put("version", env.version());
    json.putObject("oidc")
        .put("issuer", env.issuer())
        .put("clientId", "daytona")
        .put("audience", "daytona");
    json.putObject("announcements");
    return new Response(200, json.put("defaultSnapshot", env.defaultSnapshot()));
  }
}
