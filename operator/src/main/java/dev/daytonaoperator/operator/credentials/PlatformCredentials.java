package dev.daytonaoperator.operator.credentials;

import static dev.daytonaoperator.services.Credential.*;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.CredentialsRef;
import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.api.v1alpha1.Mail;
import dev.daytonaoperator.api.v1alpha1.Registry;
import dev.daytonaoperator.api.v1alpha1.SecretKeyRef;
import dev.daytonaoperator.api.v1alpha1.Tools;
import dev.daytonaoperator.api.v1alpha1.Tracing;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which platform credentials a spec needs, and where each comes from. */
final class PlatformCredentials {

  /** MinIO takes user names of 3 to 20 and secrets of 8 to 40 characters. */
  private static final int OBJECT_STORAGE_USER_LENGTH = 20;

  private static final int OBJECT_STORAGE_SECRET_LENGTH = 40;
  private static final String REGISTRY_USER = "daytona";

  /** The API takes such a token for a JWT and never looks it up (contract 4.1). */
  private static final Pattern LOOKS_LIKE_JWT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

  private final CredentialNeeds needs;
  private final DaytonaInstallationSpec spec;
  private final Holdings holdings;
  private final PlatformRotations rotations;
  private final UserSecrets users;
  private final RandomValues random;

  PlatformCredentials(
      CredentialNeeds needs,
      Holdings holdings,
      PlatformRotations rotations,
      UserSecrets users,
      RandomValues random) {
    this.needs = needs;
    this.spec = needs.spec();
    this.holdings = holdings;
    this.rotations = rotations;
    this.users = users;
    this.random = random;
  }

  void collect() {
    database();
    platformKeys();
    registry();
    objectStorage();
    cache();
    if (spec.tools().pgadmin().type() == Tools.Tool.Type.Enabled) {
      pgadmin();
    }
    fromUsersOnly();
  }

  /** The user of the bundled database is in the spec, the external one's in its Secret. */
  private void database() {
    switch (spec.database().type()) {
      case Bundled -> {
        var path = "spec.database.bundled.passwordSecretRef";
        var reference = spec.database().bundled().passwordSecretRef();
        var renewed = reference == null && rotations.database();
        holdings.referOrOwn(
            DATABASE_PASSWORD, ComponentName.DATABASE, path, reference, random::password);
        if (reference == null) {
          holdings.pending(DATABASE_PASSWORD_NEXT, ComponentName.DATABASE, path);
        }
        holdings.pin(
            DATABASE_PASSWORD,
            "PostgreSQL took the password over when its volume was filled",
            renewed);
      }
      case External ->
          both(
              DATABASE_USERNAME,
              DATABASE_PASSWORD,
              "spec.database.external.credentialsSecretRef",
              spec.database().external().credentialsSecretRef());
    }
  }

  private void platformKeys() {
    var security = spec.security();
    var encryption = security == null ? null : security.encryptionSecretRef();
    var path = "spec.security.encryptionSecretRef";
    holdings.referOrOwn(
        ENCRYPTION_KEY,
        ComponentName.API,
        path,
        encryption == null ? null : new SecretKeyRef(encryption.name(), encryption.keyKey()),
        random::key);
    holdings.referOrOwn(
        ENCRYPTION_SALT,
        ComponentName.API,
        path,
        encryption == null ? null : new SecretKeyRef(encryption.name(), encryption.saltKey()),
        random::key);
    for (var credential : List.of(ENCRYPTION_KEY, ENCRYPTION_SALT)) {
      holdings.pin(credential, "what it encrypted would turn to garbage without an error", false);
    }
    if (security == null || security.adminApiKeySecretRef() == null) {
      rotations.adminKey();
    }
    holdings.referOrOwn(
        ADMIN_API_KEY,
        ComponentName.API,
        "spec.security.adminApiKeySecretRef",
        security == null ? null : security.adminApiKeySecretRef(),
        random::key);
    refuseJwt(ADMIN_API_KEY);
    rotations.keys();
    var generated = "spec.security";
    holdings.own(PROXY_API_KEY, ComponentName.PROXY, generated, random::key);
    // Needed with the gateway off too: undefined, it breaks all API keys (contract T4).
    holdings.own(SSH_GATEWAY_API_KEY, ComponentName.SSH_GATEWAY, generated, random::key);
    holdings.own(HEALTH_CHECK_API_KEY, ComponentName.API, generated, random::key);
  }

  private void refuseJwt(Credential credential) {
    holdings
        .find(credential)
        .filter(held -> LOOKS_LIKE_JWT.matcher(held.text()).matches())
        .ifPresent(
            held ->
                users.report(
                    Problem.Reason.CredentialsInvalid,
                    held.path(),
                    held.secretName(),
                    held.key(),
                    "has the form of a JWT, which Daytona never looks up as an API key"));
  }

  private void registry() {
    var registry = spec.registry();
    switch (registry.type()) {
      case Bundled -> bundledRegistry(registry.bundled());
      case External ->
          both(
              REGISTRY_USERNAME,
              REGISTRY_PASSWORD,
              "spec.registry.external.credentialsSecretRef",
              registry.external().credentialsSecretRef());
    }
    var user = holdings.value(REGISTRY_USERNAME);
    var password = holdings.value(REGISTRY_PASSWORD);
    if (user.isPresent() && password.isPresent()) {
      holdings.derive(
          REGISTRY_BASIC_AUTH,
          ComponentName.REGISTRY,
          "spec.registry",
          "Basic " + base64(user.get() + ":" + password.get()));
    }
  }

  private void bundledRegistry(Registry.@Nullable Bundled bundled) {
    var path = "spec.registry.bundled.credentialsSecretRef";
    var reference = bundled == null ? null : bundled.credentialsSecretRef();
    if (reference == null) {
      rotations.registry();
    }
    holdings.referOrOwn(
        REGISTRY_USERNAME, ComponentName.REGISTRY, path, user(reference), () -> REGISTRY_USER);
    holdings.referOrOwn(
        REGISTRY_PASSWORD, ComponentName.REGISTRY, path, password(reference), random::password);
    holdings.own(REGISTRY_HTTP_SECRET, ComponentName.REGISTRY, path, random::key);
  }

  private void objectStorage() {
    var storage = spec.objectStorage();
    switch (storage.type()) {
      case Bundled -> {
        var path = "spec.objectStorage.bundled.credentialsSecretRef";
        var reference = storage.bundled() == null ? null : storage.bundled().credentialsSecretRef();
        var component = ComponentName.OBJECT_STORAGE;
        rotations.objectStorage(this::storageSecret, reference == null);
        holdings.referOrOwn(
            OBJECT_STORAGE_ROOT_USER, component, path, user(reference), this::storageUser);
        holdings.referOrOwn(
            OBJECT_STORAGE_ROOT_PASSWORD,
            component,
            path,
            password(reference),
            this::storageSecret);
        holdings.own(OBJECT_STORAGE_ACCESS_KEY, component, "spec.objectStorage", this::storageUser);
        holdings.own(
            OBJECT_STORAGE_SECRET_KEY, component, "spec.objectStorage", this::storageSecret);
        holdings.pending(OBJECT_STORAGE_SECRET_KEY_NEXT, component, "spec.objectStorage");
      }
      case External ->
          both(
              OBJECT_STORAGE_ACCESS_KEY,
              OBJECT_STORAGE_SECRET_KEY,
              "spec.objectStorage.external.credentialsSecretRef",
              storage.external().credentialsSecretRef());
      case Disabled -> {}
    }
  }

  private void cache() {
    var cache = spec.cache();
    switch (cache.type()) {
      case Bundled -> {
        var reference = cache.bundled() == null ? null : cache.bundled().passwordSecretRef();
        if (reference == null) {
          rotations.cache();
        }
        holdings.referOrOwn(
            CACHE_PASSWORD,
            ComponentName.CACHE,
            "spec.cache.bundled.passwordSecretRef",
            reference,
            random::password);
      }
      case External ->
          both(
              CACHE_USERNAME,
              CACHE_PASSWORD,
              "spec.cache.external.credentialsSecretRef",
              cache.external().credentialsSecretRef());
    }
  }

  private void pgadmin() {
    var path = "spec.tools.pgadmin";
    holdings.own(PGADMIN_PASSWORD, ComponentName.PGADMIN, path, random::password);
    var user =
        spec.database().type() == Database.Type.Bundled
            ? spec.database().bundled().user()
            : holdings.value(DATABASE_USERNAME).orElse("");
    var server = needs.endpoints().database();
    holdings
        .value(DATABASE_PASSWORD)
        .ifPresent(
            password ->
                holdings.derive(
                    PGADMIN_PGPASS,
                    ComponentName.PGADMIN,
                    path,
                    "%s:%d:*:%s:%s"
                        .formatted(
                            pgpass(server.host()), server.port(), pgpass(user), pgpass(password))));
  }

  private void fromUsersOnly() {
    var mail = spec.mail();
    if (mail.type() == Mail.Type.Smtp) {
      holdings.refer(
          SMTP_PASSWORD, "spec.mail.smtp.passwordSecretRef", mail.smtp().passwordSecretRef());
    }
    var tracing = spec.tracing();
    if (tracing.type() == Tracing.Type.Otlp) {
      holdings.refer(
          OTLP_HEADERS, "spec.tracing.otlp.headersSecretRef", tracing.otlp().headersSecretRef());
    }
    var auth = spec.auth();
    if (auth.type() == Auth.Type.External) {
      holdings.refer(
          OIDC_CLIENT_SECRET,
          "spec.auth.external.clientSecretRef",
          auth.external().clientSecretRef());
    }
  }

  private void both(
      Credential user, Credential password, String path, @Nullable CredentialsRef reference) {
    holdings.refer(user, path, user(reference));
    holdings.refer(password, path, password(reference));
  }

  private static @Nullable SecretKeyRef user(@Nullable CredentialsRef reference) {
    return reference == null || reference.usernameKey() == null
        ? null
        : new SecretKeyRef(reference.name(), reference.usernameKey());
  }

  private static @Nullable SecretKeyRef password(@Nullable CredentialsRef reference) {
    return reference == null || reference.passwordKey() == null
        ? null
        : new SecretKeyRef(reference.name(), reference.passwordKey());
  }

  private String storageUser() {
    return random.text(OBJECT_STORAGE_USER_LENGTH);
  }

  private String storageSecret() {
    return random.text(OBJECT_STORAGE_SECRET_LENGTH);
  }

  static String pgpass(String field) {
    return field.replace("\\", "\\\\").replace(":", "\\:");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
