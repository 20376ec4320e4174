package dev.daytonaoperator.api.v1alpha1;

/**
 * Types of the conditions in {@code status.conditions}; each is documented for users in the API
 * reference, from the text here.
 */
public enum ConditionType {
  /**
   * The platform does what the spec says, and users can create sandboxes. Summary of the others.
   */
  Ready,

  /** The operator is at work on it. Present only while true, and never together with Stalled. */
  Reconciling,

  /**
   * Nothing will move until somebody acts; reason and message say what to do. Present only while
   * true.
   */
  Stalled,

  /** PostgreSQL answers. */
  DatabaseReady,

  /** Redis answers. */
  CacheReady,

  /** S3 answers and the bucket exists. */
  ObjectStorageReady,

  /** The image registry answers. */
  RegistryReady,

  /** The OpenID Connect issuer answers with its configuration. */
  IdentityProviderReady,

  /** The database has the schema of the version that runs. */
  Migrated,

  /** The API server is available. */
  ApiReady,

  /** The preview proxy is available. */
  ProxyReady,

  /** The SSH gateway is available. */
  SshGatewayReady,

  /** Every runner that is wanted is ready in Daytona. */
  RunnersReady,

  /**
   * The tools that are wanted (pgAdmin, registry browser, Jaeger, MailDev) are available. Does not
   * count for Ready.
   */
  ToolsReady,

  /** Ingress, Services and node ports are as wanted and have an address. */
  ExposureReady,

  /** Certificates cover every public host and are valid. */
  CertificatesReady,

  /** Every Secret that is referenced or generated exists with its keys. */
  CredentialsAvailable,

  /** The operator reaches the API with the administrator's key. */
  PlatformReachable,

  /** The default snapshot is active, so that sandboxes can be created. */
  DefaultSnapshotReady,

  /** Somebody else keeps changing objects of the operator. Present only while true. */
  Contested
}
