package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /snapshots} with the administrator's key, and {@code /admin/snapshots}. */
final class SnapshotRoutes {

  private static final Pattern NAME =
      Pattern.compile("[a-zA-Z0-9_.\\-:]+(/[a-zA-Z0-9_.\\-:]+)*(@sha256:[a-f0-9]{64})?");
  private static final Pattern DIGEST = Pattern.compile(".+@sha256:[a-f0-9]{64}");

  private final Platform platform;

  SnapshotRoutes(Platform platform) {
    this.platform = platform;
  }

  Optional<Response> answer(Request request) {
    var own = platform.adminOrganisation();
    if (request.is("GET", "snapshots")) {
      return Optional.of(list(request, own));
    }
    if (request.is("POST", "snapshots")) {
      var created = create(platform, own, request.text("name"), image(request), false);
      return Optional.of(new Response(200, created.json())); // not 201 (contract 11)
    }
    if (request.is("PATCH", "admin", "snapshots", "*", "general")) {
      boolean general = request.flag("general");
      var snapshot = found(request.uuid(2));
      snapshot.general = general;
      snapshot.changedAt = platform.clock.instant();
      return Optional.of(new Response(200, snapshot.json()));
    }
    if (request.is("POST", "snapshots", "*", "activate")) {
      return Optional.of(new Response(200, activate(owned(request.uuid(1), own)).json()));
    }
    if (request.is("DELETE", "snapshots", "*")) {
      var snapshot = owned(request.uuid(1), own);
      if (snapshot.general) {
        throw new Refusal(403, "You cannot delete a general snapshot");
      }
      snapshot.become("removing", platform.clock.instant());
      return Optional.of(Response.empty(200));
    }
    return Optional.empty();
  }

  private static String image(Request request) {
    if (request.body().path("imageName").isMissingNode()) {
      throw new Refusal(400, "Must specify an image name when not using a build info entry");
    }
    return request.text("imageName");
  }

  /** The organisation's own first, then general ones; a part of the name is enough. */
  private Response list(Request request, Organisation own) {
    int limit = Integer.parseInt(request.query().getOrDefault("limit", "100"));
    if (limit < 1 || limit > 200) {
      throw new Refusal(400, "limit must not be greater than 200");
    }
    var part = like(request.query().getOrDefault("name", ""));
    var found =
        platform.tables.snapshots.values().stream()
            .filter(s -> s.organisation.equals(own.id) || s.general)
            .filter(s -> part.matcher(s.name).find())
            .sorted(Comparator.comparing(s -> s.general))
            .toList();
    var json = JsonNodeFactory.instance.objectNode();
    var items = json.putArray("items");
    found.stream().limit(limit).forEach(s -> items.add(s.json()));
    json.put("total", found.size()).put("page", 1);
    return new Response(200, json.put("totalPages", (found.size() + limit - 1) / limit));
  }

  /** PostgreSQL's ILIKE: an underscore stands for any character, a per cent sign for any number. */
  private static Pattern like(String part) {
    var regex = new StringBuilder();
    for (char c : part.toCharArray()) {
      regex.append(
          switch (c) {
            case '_' -> ".";
            case '%' -> ".*";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
  }

  static Snapshot create(
      Platform platform, Organisation owner, String name, String image, boolean general) {
    var tables = platform.tables;
    var region =
        owner.defaultRegion.orElseThrow(
            () -> new Refusal(400, "This organization does not have a default region."));
    checkNames(name, image);
    boolean schedulable =
        tables.runners.values().stream().anyMatch(r -> r.region.equals(region) && !r.unschedulable);
    if (!schedulable) {
      throw new Refusal(
          400,
          "No runners are configured in region '"
              + platform.region(region).name()
              + "' for sandbox class 'container'. Try a different region or sandbox class.");
    }
    if (owner.suspended) {
      throw new Refusal(403, "Organization is suspended: Please verify your email address");
    }
    var own = tables.snapshots.values().stream().filter(s -> s.organisation.equals(owner.id));
    double quota = owner.limits.getOrDefault("snapshotQuota", 0.0);
    if (own.count() + 1 > quota) {
      throw new Refusal(400, "Snapshot quota exceeded. Maximum allowed: " + (int) quota);
    }
    if (tables.snapshots.values().stream()
        .anyMatch(s -> s.organisation.equals(owner.id) && s.name.equals(name))) {
      throw new Refusal(
          409, "Snapshot with name \"" + name + "\" already exists for this organization");
    }
    var created = new Snapshot(owner.id, region, name, image, general, platform.clock.instant());
    tables.snapshots.put(created.id, created);
    return created;
  }

  private static void checkNames(String name, String image) {
    if (!NAME.matcher(name).matches()) {
      throw new Refusal(
          400,
          "Invalid snapshot name format. May contain letters, digits, dots, colons, and dashes");
    }
    if (DIGEST.matcher(image).matches()) {
      return;
    }
    if (!image.contains(":") || image.endsWith(":")) {
      throw new Refusal(
          400, "Image name must include a tag (e.g., ubuntu:22.04) or digest (@sha256:...)");
    }
    if (image.endsWith(":latest")) {
      throw new Refusal(400, "Images with tag \":latest\" are not allowed");
    }
  }

  private Snapshot activate(Snapshot snapshot) {
    if (!snapshot.state.equals("inactive")) {
      throw new Refusal(
          400,
          "Snapshot "
              + snapshot.id
              + " cannot be activated - it is in "
              + snapshot.state
              + " state");
    }
    var now = platform.clock.instant();
    if (Duration.between(snapshot.changedAt, now).compareTo(Duration.ofMinutes(10)) < 0) {
      throw new Refusal(
          400, "Snapshot deactivation is still in progress. Please try again in a few minutes.");
    }
    snapshot.become("pending", now);
    return snapshot;
  }

  private Snapshot found(String id) {
    return Optional.ofNullable(platform.tables.snapshots.get(id))
        .orElseThrow(() -> new Refusal(404, "Snapshot " + id + " not found"));
  }

  private Snapshot owned(String id, Organisation own) {
    var snapshot = found(id);
    if (!snapshot.organisation.equals(own.id)) {
      throw new Refusal(404, "Snapshot with ID or name " + id + " not found");
    }
    return snapshot;
  }
}
