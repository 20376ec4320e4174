package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A user to be created together with a personal organisation.
 *
 * @param id what the identity provider's tokens carry as {@code sub}
 * @param email empty: left to the first login
 * @param regionId default region of the personal organisation: without one no sandbox can be made
 * @param quota of the personal organisation; absent: the API's own default
 */
public record NewUser(
    String id,
    String name,
    String email,
    Role role,
    String regionId,
    boolean emailVerified,
    Optional<OrganisationQuota> quota) {

  /** System role. */
  public enum Role {
    ADMIN("admin"),
    USER("user");

    private final String word;

    Role(String word) {
      this.word = word;
    }
  }

  /** One whose address Daytona takes from the token at the first login. */
  NewUser withoutEmail() {
    return new NewUser(id, name, "", role, regionId, emailVerified, quota);
  }

  ObjectNode body() {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("name", name)
            .put("role", role.word)
            .put("emailVerified", emailVerified)
            .put("personalOrganizationDefaultRegionId", regionId);
    if (!email.isEmpty()) {
      body.put("email", email);
    }
    quota.ifPresent(q -> body.set("personalOrganizationQuota", q.body()));
    return body;
  }
}
