package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Quotas of organisations: totals per region, limits for all of it (contract 7). */
final class OrganisationRoutes {

  private static final Set<String> LIMITS =
      Set.of(
          "maxCpuPerSandbox",
          "maxMemoryPerSandbox",
          "maxDiskPerSandbox",
          "snapshotQuota",
          "maxSnapshotSize",
          "volumeQuota");

  private final Platform platform;

  OrganisationRoutes(Platform platform) {
    this.platform = platform;
  }

  Optional<Response> answer(Request request) {
    if (request.is("GET", "admin", "organizations", "*", "quota", "*", "*")) {
      return Optional.of(read(request));
    }
    if (request.is("POST", "admin", "organizations", "*", "quota", "*")) {
      return Optional.of(create(request));
    }
    if (request.is("PATCH", "admin", "organizations", "*", "quota", "*")) {
      update(quotaIn(request), request.body(), Organisation.TOTALS);
      return Optional.of(Response.empty(204));
    }
    if (request.is("PATCH", "organizations", "*", "quota")) {
      update(organisation(request.path().get(1)).limits, request.body(), LIMITS);
      return Optional.of(Response.empty(204));
    }
    return Optional.empty();
  }

  private Response read(Request request) {
    if (!request.path().get(5).equals("container")) {
      throw new Refusal(404, "Region quota not found");
    }
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("organizationId", request.path().get(2))
            .put("regionId", request.path().get(4))
            .put("sandboxClass", "container")
            .put("totalGpuQuota", 0);
    quotaIn(request).forEach(json::put);
    json.putNull("maxCpuPerSandbox").putNull("maxMemoryPerSandbox").putNull("maxDiskPerSandbox");
    return new Response(200, json);
  }

  private Response create(Request request) {
    var organisation = organisation(request.path().get(2));
    var region = platform.region(request.path().get(4));
    if (!region.enforcesQuotas()) {
      throw new Refusal(400, "Region " + region.id() + " does not enforce quotas");
    }
    if (organisation.regionQuotas.containsKey(region.id())) {
      throw new Refusal(409, "Region quota already exists");
    }
    var quota = new java.util.HashMap<String, Double>();
    update(quota, request.body(), Organisation.TOTALS);
    organisation.regionQuotas.put(region.id(), quota);
    return new Response(201, JsonNodeFactory.instance.objectNode());
  }

  private Map<String, Double> quotaIn(Request request) {
    var quota =
        Optional.ofNullable(platform.tables.organisations.get(request.path().get(2)))
            .map(organisation -> organisation.regionQuotas.get(request.path().get(4)));
    return quota.orElseThrow(
        () ->
            new Refusal(
                404,
                "Region quota for organization "
                    + request.path().get(2)
                    + ", region "
                    + request.path().get(4)
                    + ", sandbox class container not found"));
  }

  private Organisation organisation(String id) {
    return Optional.ofNullable(platform.tables.organisations.get(id))
        .orElseThrow(() -> new Refusal(404, "Organization with ID " + id + " not found"));
  }

  private static void update(Map<String, Double> quota, JsonNode body, Set<String> known) {
    for (var name : known) {
      if (body.path(name).isNumber()) {
        quota.put(name, body.path(name).doubleValue());
      }
    }
  }
}
