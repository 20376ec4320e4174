package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.services.Labels;

/** What {@code spec.security.rotation} counts; the constants are its keys. */
public enum Rotation {
  sshKeys,
  sshHostKey,
  proxyKey,
  sshGatewayKey,
  healthCheckKey,
  adminApiKey,
  database,
  cache,
  registry,
  objectStorage,
  runnerTokens,
  dexUsers,
  ca;

  /**
   * Annotation of a credential Secret: the counter that its values were made for. It is written
   * together with them, so that no crash lies between.
   */
  String annotation() {
    return Labels.PREFIX + "rotation." + name();
  }
}
