package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Step;
import java.util.List;
import java.util.function.Supplier;

/**
 * How each platform credential of the operator's own is rotated: what it opens, and what has to be
 * told first (contract 4.1).
 */
final class PlatformRotations {

  private final Rotations rotations;
  private final Drafts drafts;
  private final DigestKey digests;
  private final InstallationState state;
  private final RandomValues random;

  PlatformRotations(
      Rotations rotations,
      Drafts drafts,
      DigestKey digests,
      InstallationState state,
      RandomValues random) {
    this.rotations = rotations;
    this.drafts = drafts;
    this.digests = digests;
    this.state = state;
    this.random = random;
  }

  /**
   * PostgreSQL gets the next password from who knows the old one, so the two stand side by side
   * until it has.
   *
   * @return whether the next password has just taken the old one's place
   */
  boolean database() {
    return rotations.succeed(
        Rotation.database,
        draft(Credential.DATABASE_PASSWORD, ComponentName.DATABASE),
        Credential.DATABASE_PASSWORD.key(),
        Credential.DATABASE_PASSWORD_NEXT.key(),
        random::password,
        state.seeded(),
        next ->
            state.stepDone(Step.DATABASE_PASSWORD.id(), digests.of(next))
                || promoting(Credential.DATABASE_PASSWORD, digests.of(next)));
  }

  /** The pin is moved first: whoever finds it on the next value goes on with what was begun. */
  private boolean promoting(Credential credential, String digest) {
    return Holdings.pinned(drafts, credential).filter(digest::equals).isPresent();
  }

  /** The row in the database follows by a step. */
  void adminKey() {
    var draft = draft(Credential.ADMIN_API_KEY, ComponentName.API);
    var key = Credential.ADMIN_API_KEY.key();
    rotations.replace(
        Rotation.adminApiKey,
        draft,
        key,
        random::key,
        () -> settled(DatabaseCopies.ADMIN_KEY, digest(draft, key)));
  }

  /** Both ends read these at their start. */
  void keys() {
    free(Rotation.proxyKey, Credential.PROXY_API_KEY, ComponentName.PROXY);
    free(Rotation.sshGatewayKey, Credential.SSH_GATEWAY_API_KEY, ComponentName.SSH_GATEWAY);
    free(Rotation.healthCheckKey, Credential.HEALTH_CHECK_API_KEY, ComponentName.API);
  }

  void cache() {
    free(Rotation.cache, Credential.CACHE_PASSWORD, ComponentName.CACHE);
  }

  /** The registry reads it at its start; the rows in the database follow by a step. */
  void registry() {
    var draft = draft(Credential.REGISTRY_PASSWORD, ComponentName.REGISTRY);
    var user = Credential.REGISTRY_USERNAME.key();
    var password = Credential.REGISTRY_PASSWORD.key();
    rotations.replace(
        Rotation.registry,
        draft,
        password,
        random::password,
        () -> settled(DatabaseCopies.REGISTRY, digest(draft, user) + digest(draft, password)));
  }

  /**
   * Root's password is MinIO's own, which takes another one at its start. The scoped user's key is
   * known to MinIO, from the bucket's step, before API and runners have it: the API does not start
   * with one that is refused (contract 4.1).
   *
   * @param ownRoot whether root's credentials are the operator's
   */
  void objectStorage(Supplier<String> make, boolean ownRoot) {
    if (ownRoot) {
      rotations.replace(
          Rotation.objectStorage,
          draft(Credential.OBJECT_STORAGE_ROOT_PASSWORD, ComponentName.OBJECT_STORAGE),
          Credential.OBJECT_STORAGE_ROOT_PASSWORD.key(),
          make,
          state::seeded);
    }
    var access = draft(Credential.OBJECT_STORAGE_SECRET_KEY, ComponentName.OBJECT_STORAGE);
    var user = digest(access, Credential.OBJECT_STORAGE_ACCESS_KEY.key());
    rotations.succeed(
        Rotation.objectStorage,
        access,
        Credential.OBJECT_STORAGE_SECRET_KEY.key(),
        Credential.OBJECT_STORAGE_SECRET_KEY_NEXT.key(),
        make,
        state.seeded(),
        next -> state.stepDone(Step.BUCKET.id(), user + digests.of(next)));
  }

  private void free(Rotation rotation, Credential credential, ComponentName component) {
    rotations.renew(rotation, draft(credential, component), List.of(credential.key()));
  }

  private boolean settled(String copy, String digest) {
    return DatabaseCopies.settled(state, copy, digest);
  }

  private String digest(SecretDraft draft, String key) {
    return draft.value(key).map(digests::of).orElse("");
  }

  private SecretDraft draft(Credential credential, ComponentName component) {
    return drafts.open(credential.secret(), component.id());
  }
}
