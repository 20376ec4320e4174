package dev.daytonaoperator.api.v1alpha1;

/**
 * Reasons of conditions and components: a closed list, to which later versions may add; each is
 * documented for users in the API reference, from the text here.
 */
public enum Reason {
  /** All is as wanted. */
  Ready,

  /** Scaled to none because {@code mode} is Stopped; data are kept. */
  Stopped,

  /** The operator changes nothing because {@code mode} is Paused. */
  Paused,

  /** Pods are starting or being replaced. */
  Progressing,

  /** The component is off or somebody else's, so there is nothing to wait for. */
  NotApplicable,

  /** Something that must be ready first is not. */
  WaitingForDependency,

  /** An image cannot be pulled; the message names it and the override to set. */
  ImageUnavailable,

  /** No node takes a pod; the message has the scheduler's words. */
  Unschedulable,

  /** A container keeps stopping soon after its start. */
  CrashLooping,

  /** A pod or Job failed. */
  PodFailed,

  /** A Secret that the spec refers to does not exist. Heals when it appears. */
  SecretNotFound,

  /** A Secret that the spec refers to lacks a key. Heals when it appears. */
  SecretKeyMissing,

  /** A generated Secret is gone while the data that need it exist; restore it from a backup. */
  CredentialsLost,

  /** Two keys that must differ are equal. */
  CredentialsNotDistinct,

  /**
   * A Secret holds a value that cannot be used, such as a damaged key; the message names the key,
   * never the value.
   */
  CredentialsInvalid,

  /** The operator does not know the version of Daytona that the spec asks for. */
  UnknownVersion,

  /** An object of somebody else's has a name that the operator needs; nothing was written. */
  NameConflict,

  /**
   * A field that must not change differs from what the data were made with; the message has the
   * path and both values.
   */
  ImmutableFieldChanged,

  /** The namespace's Pod Security level forbids the runner, which must be privileged. */
  NamespaceNotPrivileged,

  /**
   * A network inside runners' pods hides an address of the platform from them; the message names
   * field and address.
   */
  NetworkOverlap,

  /** The API server refused an object; the message has its words. */
  ApplyRejected,

  /** A ResourceQuota or LimitRange of the namespace forbids a pod or volume. */
  QuotaExceeded,

  /** Somebody else keeps changing an object of the operator. */
  Contested,

  /** A Job such as a migration failed; the message names its pod. */
  StepFailed,

  /** A Job such as a migration is running. */
  StepRunning,

  /** The database does not have the schema of the wanted version yet. */
  MigrationPending,

  /** The operator does not call the platform because checks are switched off. */
  PlatformChecksDisabled,

  /** The API does not answer, or refuses the administrator's key. */
  PlatformUnreachable,

  /** The default snapshot is being pulled or built. */
  SnapshotPending,

  /** The default snapshot could not be made; the message has Daytona's words. */
  SnapshotFailed,

  /** A runner is not ready in Daytona. */
  RunnerNotReady,

  /**
   * No runner has the availability score that new sandboxes need; the message names what lowers it.
   */
  ScoreTooLow,

  /**
   * A runner serves, but its score is too low for new snapshots, or its disk or memory is filling.
   */
  ScoreLow,

  /** The disk of a runner is used to 75 % or more; only in Events. */
  DiskFilling,

  /** The memory of a runner's node is used to 75 % or more; only in Events. */
  MemoryFilling,

  /**
   * A pod's node has been gone for more than five minutes; delete the Node or taint it {@code
   * node.kubernetes.io/out-of-service}.
   */
  NodeLost,

  /** A load balancer or Ingress has no address yet. */
  AddressPending,

  /** A certificate has expired, is not valid yet, or does not cover a public host. */
  CertificateInvalid,

  /** Not looked at yet, or it could not be found out. */
  Unknown,

  /** The wanted version is older than what the database has been migrated to. */
  DowngradeRefused,

  /**
   * The database's volume is gone. Restore it under its name, or delete the ConfigMap {@code
   * <name>-state} to start with an empty database.
   */
  DataLost,

  /** The operator itself failed; it tries again, and its log has the details. */
  OperatorError,

  /** A volume is not bound to storage. */
  StorageNotBound,

  /** The storage class or the provider refuses to enlarge a volume. */
  ClaimResizeRefused
}
