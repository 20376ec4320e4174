package dev.daytonaoperator.services;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Dex's {@code config.yaml}. It holds no secret: password hashes come from the environment, which
 * comes from the users' Secrets.
 */
final class DexConfiguration {

  private DexConfiguration() {}

  /** JSON, which is YAML too. */
  static String render(Inputs inputs) {
    var endpoints = inputs.endpoints();
    var config = new LinkedHashMap<String, Object>();
    // The public one, literally: API and proxy compare it with what tokens say (T11).
    config.put("issuer", endpoints.publicIssuer());
    var storage = new LinkedHashMap<String, Object>();
    storage.put("type", "sqlite3");
    storage.put("config", Map.of("file", "/var/dex/dex.db"));
    config.put("storage", storage);
    var web = new LinkedHashMap<String, Object>();
    web.put("http", "0.0.0.0:" + ServiceNames.DEX_PORT);
    // The dashboard calls the token endpoint from the browser (contract 6.3); nobody else does.
    web.put("allowedOrigins", List.of(endpoints.publicApiOrigin()));
    web.put("allowedHeaders", List.of("x-requested-with"));
    config.put("web", web);
    config.put("oauth2", Map.of("skipApprovalScreen", true));
    var client = new LinkedHashMap<String, Object>();
    client.put("id", OidcClient.of(inputs).id());
    client.put("name", "Daytona");
    client.put("public", true);
    client.put("redirectURIs", endpoints.redirectUris());
    config.put("staticClients", List.of(client));
    config.put("enablePasswordDB", true);
    config.put("staticPasswords", users(inputs));
    return Json.pretty(config);
  }

  /** Where each user's password hash is, by the environment variable that Dex reads it from. */
  static Map<String, CredentialRef> hashes(Inputs inputs) {
    var hashes = new LinkedHashMap<String, CredentialRef>();
    for (var user : inputs.spec().auth().dex().users()) {
      hashes.put(variable(hashes.size()), dexUser(inputs, user.username()).passwordHash());
    }
    return hashes;
  }

  private static List<Map<String, Object>> users(Inputs inputs) {
    var users = new ArrayList<Map<String, Object>>();
    for (var user : inputs.spec().auth().dex().users()) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("email", user.email());
      entry.put("username", user.username());
      entry.put("userID", dexUser(inputs, user.username()).userId());
      entry.put("hashFromEnv", variable(users.size()));
      users.add(entry);
    }
    return users;
  }

  private static Credentials.DexUser dexUser(Inputs inputs, String username) {
    var user = inputs.credentials().dexUsers().get(username);
    if (user == null) {
      throw new IllegalStateException("no credentials for Dex user " + username);
    }
    return user;
  }

  private static String variable(int index) {
    return "USER_" + index + "_PASSWORD_HASH";
  }
}
