package dev.daytonaoperator.testing.daytona;

import java.util.Optional;
import java.util.function.Supplier;

/** Finds out who calls, lets them or not, and has the routes answer. */
final class Api {

  private final Platform platform;
  private final HealthRoutes health;
  private final RunnerRoutes runners;
  private final SnapshotRoutes snapshots;
  private final UserRoutes users;
  private final OrganisationRoutes organisations;

  /** Whether database and cache are there. */
  boolean dependencies = true;

  Api(Platform platform) {
    this.platform = platform;
    this.health = new HealthRoutes(platform);
    this.runners = new RunnerRoutes(platform);
    this.snapshots = new SnapshotRoutes(platform);
    this.users = new UserRoutes(platform);
    this.organisations = new OrganisationRoutes(platform);
  }

  Response answer(Request request) {
    if (request.is("GET", "health")) {
      return health.alive();
    }
    if (request.is("GET", "config")) {
      return health.config();
    }
    if (request.is("GET", "health", "ready")) {
      admit(request, Role.HEALTH_CHECK);
      return health.ready(dependencies);
    }
    if (!dependencies) {
      throw new Refusal(500, "An unexpected error occurred.");
    }
    if (request.is("GET", "sandbox", "for-runner")) {
      admit(request, Role.RUNNER);
      return runners.sandboxesOf(request.bearer().orElseThrow());
    }
    admit(request, Role.ADMIN);
    return runners
        .answer(request)
        .or(() -> snapshots.answer(request))
        .or(() -> users.answer(request))
        .or(() -> organisations.answer(request))
        .orElseThrow(notFound(request));
  }

  private static Supplier<Refusal> notFound(Request request) {
    var path = String.join("/", request.path());
    return () -> new Refusal(404, "Cannot " + request.method() + " /api/" + path);
  }

  private enum Role {
    HEALTH_CHECK,
    ADMIN,
    RUNNER
  }

  /** In the order of the API: the key of the health check comes before users' and runners'. */
  private Optional<Role> role(String token) {
    if (token.equals(platform.environment().keys().healthCheck())) {
      return Optional.of(Role.HEALTH_CHECK);
    }
    if (platform.tables.adminKey.filter(token::equals).isPresent()) {
      return Optional.of(Role.ADMIN);
    }
    return platform.tables.runners.values().stream().anyMatch(r -> r.token.equals(token))
        ? Optional.of(Role.RUNNER)
        : Optional.empty();
  }

  private void admit(Request request, Role wanted) {
    var role = request.bearer().flatMap(this::role);
    if (role.isEmpty()) {
      throw new Refusal(401, "Unauthorized");
    }
    if (role.get() != wanted) {
      throw new Refusal(403, "Access denied");
    }
  }
}
