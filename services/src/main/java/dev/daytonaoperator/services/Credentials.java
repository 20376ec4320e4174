package dev.daytonaoperator.services;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * References to every credential that this installation uses.
 *
 * @param byName platform credentials; those that a spec does not need are absent
 * @param runnerTokens by runner name ({@code <pool>-<ordinal>})
 * @param dexUsers by user name, in the spec's order
 */
public record Credentials(
    Map<Credential, CredentialRef> byName,
    Map<String, CredentialRef> runnerTokens,
    Map<String, DexUser> dexUsers) {

  /** Key of a runner's Secret with the token that its row has. */
  public static final String ROW_TOKEN = "token";

  /**
   * One login of the bundled Dex.
   *
   * @param userId stable id, the OIDC subject is derived from it; made once and kept
   * @param passwordHash bcrypt hash of the password
   * @param password the password itself, for the person who installs; read by no pod
   */
  public record DexUser(String userId, CredentialRef passwordHash, CredentialRef password) {}

  public Credentials {
    byName = Map.copyOf(byName);
    runnerTokens = Map.copyOf(runnerTokens);
    dexUsers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(dexUsers));
  }

  /** The reference; asking for one that the spec does not need is a bug of the caller. */
  public CredentialRef get(Credential credential) {
    return find(credential).orElseThrow(() -> new NoSuchElementException(credential.name()));
  }

  public Optional<CredentialRef> find(Credential credential) {
    return Optional.ofNullable(byName.get(credential));
  }

  public CredentialRef runnerToken(RunnerIdentity runner) {
    return runnerToken(runner.name());
  }

  /** The token that a runner's row has, whatever its pod is about to get. */
  public CredentialRef rowToken(RunnerIdentity runner) {
    var token = runnerToken(runner);
    return new CredentialRef(token.secretName(), ROW_TOKEN, token.digest());
  }

  /** The token of the runner of this name. */
  public CredentialRef runnerToken(String runner) {
    var ref = runnerTokens.get(runner);
    if (ref == null) {
      throw new NoSuchElementException("token of runner " + runner);
    }
    return ref;
  }
}
