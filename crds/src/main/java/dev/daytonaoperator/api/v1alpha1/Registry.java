package dev.daytonaoperator.api.v1alpha1;

/** The image registry of snapshots and backups, bundled or the user's. */
public record Registry(Type type, Bundled bundled, External external) {

  public enum Type {
    Bundled,
    External
  }

  public record Bundled(
      Storage storage, CredentialsRef credentialsSecretRef, GarbageCollection garbageCollection) {}

  /** When unused layers are removed; a cron expression in UTC. */
  public record GarbageCollection(String schedule) {}

  public record External(String url, String project, CredentialsRef credentialsSecretRef) {}
}
