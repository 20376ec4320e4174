package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** A row of the table of users. */
record User(
    String id,
    String name,
    String email,
    String role,
    boolean emailVerified,
    String privateKey,
    Instant createdAt) {

  /** As listed. */
  ObjectNode json() {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("name", name)
            .put("email", email)
            .put("createdAt", createdAt.toString());
    json.putArray("publicKeys");
    return json;
  }

  /** As created: the whole row, with the private key. */
  ObjectNode entity() {
    var json = json().put("role", role).put("emailVerified", emailVerified);
    json.putObject("keyPair")
        .put("privateKey", privateKey)
        .put("publicKey", "ssh-rsa AAAA daytona");
    return json;
  }
}
