package dev.daytonaoperator.services;

/**
 * What is done once and recorded, by a Job: never repeated because a Job object went away.
 *
 * <p>Contract sections 3.3 (migrations) and 6.5 (the bucket that nobody else creates).
 */
public enum Step {
  BUCKET("bucket"),
  MIGRATE_INIT("migrate-init"),
  MIGRATE_PRE_DEPLOY("migrate-pre-deploy"),
  MIGRATE_POST_DEPLOY("migrate-post-deploy");

  private final String id;

  Step(String id) {
    this.id = id;
  }

  /** Part of the Job's name, value of the step label and key in the recorded state. */
  public String id() {
    return id;
  }
}
