package dev.daytonaoperator.operator.credentials;

import static dev.daytonaoperator.services.Credential.SSH_GATEWAY_PRIVATE_KEY;
import static dev.daytonaoperator.services.Credential.SSH_GATEWAY_PUBLIC_KEY;
import static dev.daytonaoperator.services.Credential.SSH_HOST_KEY;

import dev.daytonaoperator.api.v1alpha1.Security;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's key pair and host key: made, or taken over from the user's Secret into the
 * operator's own, because the components want them in a form that people do not have (contract
 * 4.2).
 */
final class SshCredentials {

  private static final String PATH = "spec.security.sshKeys";
  private static final String REFERENCE = PATH + ".secretRef";
  private static final ComponentName COMPONENT = ComponentName.SSH_GATEWAY;

  private final Holdings holdings;
  private final Drafts drafts;
  private final Rotations rotations;
  private final UserSecrets users;
  private final SecureRandom random;

  SshCredentials(
      Holdings holdings,
      Drafts drafts,
      Rotations rotations,
      UserSecrets users,
      SecureRandom random) {
    this.holdings = holdings;
    this.drafts = drafts;
    this.rotations = rotations;
    this.users = users;
    this.random = random;
  }

  void collect(Security.@Nullable SshKeys keys) {
    if (keys != null && keys.secretRef() != null) {
      fromUser(keys.secretRef().name());
      return;
    }
    var type = keys == null || keys.type() == null ? Security.SshKeys.Type.Ed25519 : keys.type();
    var draft = drafts.open(SSH_HOST_KEY.secret(), COMPONENT.id());
    rotations.renew(Rotation.sshKeys, draft, List.of(SSH_GATEWAY_PRIVATE_KEY.key()));
    rotations.renew(Rotation.sshHostKey, draft, List.of(SSH_HOST_KEY.key()));
    own(SSH_GATEWAY_PRIVATE_KEY, type)
        .ifPresent(
            key -> holdings.derive(SSH_GATEWAY_PUBLIC_KEY, COMPONENT, PATH, key.publicKey()));
    own(SSH_HOST_KEY, type);
  }

  private void fromUser(String secret) {
    read(secret, SSH_GATEWAY_PRIVATE_KEY)
        .filter(key -> fits(secret, key))
        .ifPresent(
            key -> {
              holdings.derive(SSH_GATEWAY_PRIVATE_KEY, COMPONENT, REFERENCE, key.privateKey());
              holdings.derive(SSH_GATEWAY_PUBLIC_KEY, COMPONENT, REFERENCE, key.publicKey());
            });
    read(secret, SSH_HOST_KEY)
        .ifPresent(key -> holdings.derive(SSH_HOST_KEY, COMPONENT, REFERENCE, key.privateKey()));
  }

  /** The public key may be left out: it follows from the private one. */
  private boolean fits(String secret, SshKey privateKey) {
    var key = SSH_GATEWAY_PUBLIC_KEY.key();
    if (!users.has(secret, key)) {
      return true;
    }
    var line = users.find(REFERENCE, secret, key);
    if (line.isEmpty()) {
      return false;
    }
    try {
      if (privateKey.belongsTo(line.get().text())) {
        return true;
      }
      invalid(secret, key, "is not the public key of " + SSH_GATEWAY_PRIVATE_KEY.key());
    } catch (SshKey.Unusable e) {
      invalid(secret, key, e.getMessage());
    }
    return false;
  }

  private Optional<SshKey> read(String secret, Credential credential) {
    return users
        .find(REFERENCE, secret, credential.key())
        .flatMap(found -> parse(secret, credential.key(), found.text()));
  }

  private Optional<SshKey> own(Credential credential, Security.SshKeys.Type type) {
    var secret = drafts.open(credential.secret(), COMPONENT.id()).name();
    holdings.own(credential, COMPONENT, PATH, () -> SshKey.generate(type, random).privateKey());
    return holdings.value(credential).flatMap(value -> parse(secret, credential.key(), value));
  }

  private Optional<SshKey> parse(String secret, String key, String text) {
    try {
      return Optional.of(SshKey.parse(text));
    } catch (SshKey.Unusable e) {
      invalid(secret, key, e.getMessage());
      return Optional.empty();
    }
  }

  private void invalid(String secret, String key, @Nullable String says) {
    users.report(Problem.Reason.CredentialsInvalid, REFERENCE, secret, key, String.valueOf(says));
  }
}
