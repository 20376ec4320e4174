package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /admin/runners} (contract 5.2 and 5.4). */
final class RunnerRoutes {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");

  private final Platform platform;

  RunnerRoutes(Platform platform) {
    this.platform = platform;
  }

  Optional<Response> answer(Request request) {
    if (request.is("GET", "admin", "runners")) {
      return Optional.of(list(request));
    }
    if (request.is("POST", "admin", "runners")) {
      return Optional.of(create(request));
    }
    if (request.is("GET", "admin", "runners", "*")) {
      return Optional.of(new Response(200, found(request).json()));
    }
    if (request.is("PATCH", "admin", "runners", "*", "scheduling")) {
      found(request).unschedulable = request.flag("unschedulable");
      return Optional.of(Response.empty(200));
    }
    if (request.is("DELETE", "admin", "runners", "*")) {
      return Optional.of(delete(request));
    }
    return Optional.empty();
  }

  private Response list(Request request) {
    var region = request.query().get("regionId");
    var rows = JsonNodeFactory.instance.arrayNode();
    platform.tables.runners.values().stream()
        .filter(r -> region == null || r.region.equals(region))
        .forEach(r -> rows.add(r.json()));
    return new Response(200, rows);
  }

  private Response create(Request request) {
    var region = request.text("regionId");
    var name = request.display("name");
    var token = request.text("apiKey");
    var version = request.text("apiVersion");
    platform.region(region);
    if (!NAME.matcher(name).matches()) {
      throw new Refusal(
          400, "Runner name must contain only letters, numbers, underscores, periods, and hyphens");
    }
    if (name.length() < 2 || name.length() > 255) {
      throw new Refusal(400, "Runner name must be between 3 and 255 characters");
    }
    if (!version.equals("0") && !version.equals("2")) {
      throw new Refusal(400, "Invalid runner version");
    }
    boolean taken =
        platform.tables.runners.values().stream()
            .anyMatch(r -> r.region.equals(region) && r.name.equals(name));
    if (taken) {
      throw new Refusal(409, "Runner with name " + name + " already exists in this region");
    }
    var runner = platform.createRunner(region, name, token);
    return new Response(
        201,
        JsonNodeFactory.instance.objectNode().put("id", runner.id).put("apiKey", runner.token));
  }

  /** All that the table has of a runner, in whatever state; for the runner itself only. */
  Response sandboxesOf(String token) {
    var ids =
        platform.tables.runners.values().stream()
            .filter(r -> r.token.equals(token))
            .map(r -> r.id)
            .toList();
    var sandboxes = JsonNodeFactory.instance.arrayNode();
    platform.tables.sandboxes.values().stream()
        .filter(s -> ids.contains(s.runnerId()))
        .forEach(s -> sandboxes.addObject().put("id", s.id()).put("state", s.state()));
    return new Response(200, sandboxes);
  }

  private Response delete(Request request) {
    var runner = found(request);
    if (!runner.unschedulable) {
      throw new Refusal(400, "Cannot delete runner which is available for scheduling sandboxes");
    }
    if (platform.tables.holdsSandboxes(runner.id)) {
      throw new Refusal(400, "Cannot delete runner which has sandboxes associated with it");
    }
    platform.tables.runners.remove(runner.id);
    return Response.empty(204);
  }

  private Runner found(Request request) {
    var id = request.uuid(2);
    return Optional.ofNullable(platform.tables.runners.get(id))
        .orElseThrow(() -> new Refusal(404, "Runner with ID " + id + " not found"));
  }
}
