package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /admin/users} (contract 7). */
final class UserRoutes {

  private static final Set<String> ROLES = Set.of("admin", "user");

  private final Platform platform;

  UserRoutes(Platform platform) {
    this.platform = platform;
  }

  Optional<Response> answer(Request request) {
    if (request.is("GET", "admin", "users")) {
      var rows = JsonNodeFactory.instance.arrayNode();
      platform.tables.users.values().forEach(u -> rows.add(u.json()));
      return Optional.of(new Response(200, rows));
    }
    if (request.is("GET", "admin", "users", "*")) {
      var id = request.path().get(2);
      var user =
          Optional.ofNullable(platform.tables.users.get(id))
              .orElseThrow(() -> new Refusal(404, "User with ID " + id + " not found"));
      return Optional.of(new Response(200, user.json()));
    }
    if (request.is("POST", "admin", "users")) {
      return Optional.of(new Response(201, create(request).entity()));
    }
    return Optional.empty();
  }

  /**
   * An id that is known is not looked for: the API saves over it, fails at the second personal
   * organisation and takes everything back.
   */
  private User create(Request request) {
    var id = request.text("id");
    var name = request.display("name");
    var email = request.optionalText("email", UserRoutes::address, "an email");
    var role =
        request.optionalText("role", ROLES::contains, "one of the following values: admin, user");
    boolean verified =
        !request.body().path("emailVerified").isMissingNode() && request.flag("emailVerified");
    var region =
        request.optionalText("personalOrganizationDefaultRegionId", any -> true, "a string");
    var user =
        new User(
            id,
            name,
            email.orElse(""),
            role.orElse("user"),
            verified,
            Platform.privateKey(),
            platform.clock.instant());
    return platform.createUser(user, quota(request.body()), region);
  }

  private static boolean address(String email) {
    return email.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s.]+");
  }

  private static Optional<Map<String, Double>> quota(JsonNode body) {
    var given = body.path("personalOrganizationQuota");
    if (!given.isObject()) {
      return Optional.empty();
    }
    var quota = new HashMap<String, Double>();
    given.properties().forEach(member -> quota.put(member.getKey(), member.getValue().asDouble()));
    return Optional.of(quota);
  }
}
