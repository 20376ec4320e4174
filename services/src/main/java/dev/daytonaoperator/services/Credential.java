package dev.daytonaoperator.services;

/**
 * Every credential of an installation that does not belong to one runner or one user, with the
 * Secret (a suffix of the installation's name) and the key that hold it when the operator makes it.
 *
 * <p>Contract sections 4.1 to 4.3.
 */
public enum Credential {
  DATABASE_PASSWORD("database-credentials", "password", Kind.BOUND),
  /** Takes the password's place once PostgreSQL has it. */
  DATABASE_PASSWORD_NEXT("database-credentials", "passwordNext", Kind.PENDING),
  ENCRYPTION_KEY("encryption", "key", Kind.BOUND),
  ENCRYPTION_SALT("encryption", "salt", Kind.BOUND),
  ADMIN_API_KEY("admin", "apiKey", Kind.BOUND),
  REGISTRY_USERNAME("registry-credentials", "username", Kind.BOUND),
  REGISTRY_PASSWORD("registry-credentials", "password", Kind.BOUND),
  OBJECT_STORAGE_ROOT_USER("object-storage-credentials", "rootUser", Kind.BOUND),
  OBJECT_STORAGE_ROOT_PASSWORD("object-storage-credentials", "rootPassword", Kind.BOUND),
  /** User name for an external database; the bundled one's is in the spec. */
  DATABASE_USERNAME("database-credentials", "username", Kind.BOUND),

  /** The bucket-scoped user that API and runners get (external: the user's own). */
  OBJECT_STORAGE_ACCESS_KEY("object-storage-access", "accessKey", Kind.FREE),
  OBJECT_STORAGE_SECRET_KEY("object-storage-access", "secretKey", Kind.FREE),
  /** Takes the secret key's place once the object storage has it. */
  OBJECT_STORAGE_SECRET_KEY_NEXT("object-storage-access", "secretKeyNext", Kind.PENDING),
  PROXY_API_KEY("proxy", "apiKey", Kind.FREE),
  SSH_GATEWAY_API_KEY("ssh-gateway", "apiKey", Kind.FREE),
  HEALTH_CHECK_API_KEY("health-check", "apiKey", Kind.FREE),
  CACHE_USERNAME("cache-credentials", "username", Kind.FREE),
  CACHE_PASSWORD("cache-credentials", "password", Kind.FREE),
  /** Derived from the registry's user and password: one htpasswd line, bcrypt. */
  REGISTRY_HTPASSWD("registry-auth", "htpasswd", Kind.FREE),
  REGISTRY_HTTP_SECRET("registry-auth", "httpSecret", Kind.FREE),
  /** Derived from the registry's user and password: {@code Basic base64(user:password)}. */
  REGISTRY_BASIC_AUTH("registry-auth", "basicAuth", Kind.FREE),
  PGADMIN_PASSWORD("pgadmin-credentials", "password", Kind.FREE),
  /** Derived from the database password: one pgpass line {@code host:port:*:user:password}. */
  PGADMIN_PGPASS("pgadmin-credentials", "pgpass", Kind.FREE),
  /** base64 of a PEM private key, as the gateway wants it (contract 4.2). */
  SSH_GATEWAY_PRIVATE_KEY("ssh-keys", "gatewayPrivateKey", Kind.FREE),
  /** base64 of one authorized_keys line, as the runner wants it (contract 4.2). */
  SSH_GATEWAY_PUBLIC_KEY("ssh-keys", "gatewayPublicKey", Kind.FREE),
  /** base64 of a PEM private key. */
  SSH_HOST_KEY("ssh-keys", "hostKey", Kind.FREE),
  /** Only from the user: SMTP password, OIDC client secret, OTLP headers. */
  SMTP_PASSWORD("", "", Kind.REFERENCED),
  OIDC_CLIENT_SECRET("", "", Kind.REFERENCED),
  OTLP_HEADERS("", "", Kind.REFERENCED);

  /** Whether a lost value can be made anew. */
  public enum Kind {
    /** Data exist that only this value opens: never made anew while they do. */
    BOUND,
    /** Nothing durable depends on it: made anew when missing. */
    FREE,
    /** There only while a rotation is under way, beside the value that is in force. */
    PENDING,
    /** Never made by the operator. */
    REFERENCED
  }

  private final String secret;
  private final String key;
  private final Kind kind;

  Credential(String secret, String key, Kind kind) {
    this.secret = secret;
    this.key = key;
    this.kind = kind;
  }

  /** Suffix of the Secret's name after {@code <installation>-}. */
  public String secret() {
    return secret;
  }

  public String key() {
    return key;
  }

  public Kind kind() {
    return kind;
  }
}
