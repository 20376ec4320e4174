package dev.daytonaoperator.services;

/**
 * What is done once and recorded, by a Job: never repeated because a Job object went away.
 *
 * <p>Contract sections 3.3 (migrations), 6.5 (the bucket that nobody else creates) and 4.1, 5.4
 * (what Daytona keeps in its database and no API changes).
 */
public enum Step {
  BUCKET("bucket"),
  MIGRATE_INIT("migrate-init"),
  DATABASE_DUMP("database-dump"),
  MIGRATE_PRE_DEPLOY("migrate-pre-deploy"),
  MIGRATE_POST_DEPLOY("migrate-post-deploy"),
  /** Gives the database's user its next password (contract 4.1). */
  DATABASE_PASSWORD("database-password"),
  /** Makes the administrator's key in the database the one of the Secret (contract 4.3). */
  ADMIN_KEY("admin-key"),
  /** Gives the registry rows the login of the Secret (contract 4.1). */
  REGISTRY_LOGIN("registry-login"),
  /** Gives a runner's row the token of its Secret (contract 5.2). */
  RUNNER_KEY("runner-key"),
  /**
   * Lets Daytona move stopped sandboxes that have a backup from a runner that leaves to others
   * (contract 5.4).
   */
  RUNNER_DRAIN("runner-drain"),
  /** The runner stays after all. */
  RUNNER_UNDRAIN("runner-undrain");

  private final String id;

  Step(String id) {
    this.id = id;
  }

  /** Whether the database's schema is what changes. */
  public boolean migrates() {
    return this == MIGRATE_INIT || this == MIGRATE_PRE_DEPLOY || this == MIGRATE_POST_DEPLOY;
  }

  /** Whether steps that come after it wait until it is done. */
  public boolean holdsUpOthers() {
    return migrates() || this == DATABASE_DUMP || this == DATABASE_PASSWORD;
  }

  /** Whether it belongs to an upgrade: when it fails, the old state of things is worth keeping. */
  public boolean ofUpgrade() {
    return switch (this) {
      case DATABASE_DUMP, MIGRATE_PRE_DEPLOY, MIGRATE_POST_DEPLOY -> true;
      default -> false;
    };
  }

  /** Whether it must be known that it may have begun, since something else undoes or forbids it. */
  public boolean recordedBefore() {
    return this == MIGRATE_POST_DEPLOY || this == RUNNER_DRAIN;
  }

  /** Whether the platform is ready while it is done: runners that leave are asked for no more. */
  public boolean inBackground() {
    return this == RUNNER_DRAIN || this == RUNNER_UNDRAIN;
  }

  /** Part of the Job's name, value of the step label and key in the recorded state. */
  public String id() {
    return id;
  }
}
