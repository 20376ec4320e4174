package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Credentials.DexUser;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Logins that are stored as bcrypt: the registry's and those of Dex. A hash stays while its
 * password does, which a keyed digest beside it tells; a new salt would replace pods for nothing.
 */
final class PasswordHashes {

  private static final String USERS_SECRET = "dex-users";
  private static final String PASSWORD = ".password";
  private static final String HASH = ".hash";
  private static final String HMAC = ".hmac";
  private static final Pattern SECRET_KEY = Pattern.compile("[-._a-zA-Z0-9]{1,200}");

  private final Holdings holdings;
  private final Drafts drafts;
  private final Rotations rotations;
  private final UserSecrets users;
  private final RandomValues random;
  private final SecureRandom salts;

  PasswordHashes(
      Holdings holdings,
      Drafts drafts,
      Rotations rotations,
      UserSecrets users,
      RandomValues random,
      SecureRandom salts) {
    this.holdings = holdings;
    this.drafts = drafts;
    this.rotations = rotations;
    this.users = users;
    this.random = random;
    this.salts = salts;
  }

  void registry() {
    var user = holdings.find(Credential.REGISTRY_USERNAME);
    var password = holdings.find(Credential.REGISTRY_PASSWORD);
    if (user.isEmpty() || password.isEmpty() || refused(password.get())) {
      return;
    }
    var component = ComponentName.REGISTRY;
    var credential = Credential.REGISTRY_HTPASSWD;
    var draft = drafts.open(credential.secret(), component.id());
    var line =
        hash(
            draft,
            credential.key(),
            credential.key() + HMAC,
            user.get().text() + ":" + password.get().text(),
            () -> user.get().text() + ":" + PasswordHash.HTPASSWD.of(password.get().text(), salts));
    holdings.derive(credential, component, password.get().path(), line);
  }

  /** The users of Dex, by user name in the spec's order. */
  Map<String, DexUser> dex(Auth.Dex dex, InstallationState state) {
    var draft = drafts.open(USERS_SECRET, ComponentName.DEX.id());
    rotations.renew(
        Rotation.dexUsers,
        draft,
        dex.users().stream()
            .filter(user -> user.passwordSecretRef() == null)
            .map(user -> user.username() + PASSWORD)
            .toList());
    var result = new LinkedHashMap<String, DexUser>();
    var keys = new HashSet<String>();
    for (int i = 0; i < dex.users().size(); i++) {
      var user = dex.users().get(i);
      var path = "spec.auth.dex.users[%d]".formatted(i);
      var name = user.username();
      if (!SECRET_KEY.matcher(name).matches()) {
        users.report(
            Problem.Reason.CredentialsInvalid,
            path + ".username",
            draft.name(),
            name + PASSWORD,
            "cannot be a key: use letters, digits, '-', '_' and '.'");
        continue;
      }
      login(draft, path, user, keys)
          .ifPresent(
              password -> {
                var id = state.userId(name).orElseGet(random::uuid);
                var hash = draft.reference(name + HASH, holdings.digests());
                result.put(name, new DexUser(id, hash, password));
              });
    }
    draft.removeIf(key -> ofDexUser(key) && !keys.contains(key));
    return result;
  }

  /** Completes a user's keys; answers where the password is. */
  private Optional<CredentialRef> login(
      SecretDraft draft, String path, Auth.User user, Set<String> keys) {
    var name = user.username();
    keys.add(name + HASH);
    keys.add(name + HMAC);
    var held = password(draft, path, user, keys).filter(password -> !refused(password));
    held.ifPresent(
        password ->
            hash(
                draft,
                name + HASH,
                name + HMAC,
                password.text(),
                () -> PasswordHash.DEX.of(password.text(), salts)));
    return held.map(
        password ->
            new CredentialRef(
                password.secretName(), password.key(), holdings.digests().of(password.text())));
  }

  private Optional<Holdings.Held> password(
      SecretDraft draft, String path, Auth.User user, Set<String> keys) {
    var reference = user.passwordSecretRef();
    if (reference != null) {
      var at = path + ".passwordSecretRef";
      return users
          .verbatim(at, reference)
          .map(found -> new Holdings.Held(at, found.secretName(), found.key(), found.value()));
    }
    var key = user.username() + PASSWORD;
    keys.add(key);
    return holdings
        .keep(draft, key, Credential.Kind.FREE, path, random::password)
        .map(text -> new Holdings.Held(path, draft.name(), key, new CredentialValue(text)));
  }

  private String hash(
      SecretDraft draft, String hashKey, String hmacKey, String input, Supplier<String> make) {
    var hmac = holdings.digests().of(input);
    var present = draft.value(hashKey);
    if (present.isPresent() && draft.value(hmacKey).filter(hmac::equals).isPresent()) {
      return present.get();
    }
    var hash = make.get();
    draft.put(hashKey, hash);
    draft.put(hmacKey, hmac);
    return hash;
  }

  private boolean refused(Holdings.Held password) {
    var tooLong = PasswordHash.tooLong(password.text());
    if (tooLong) {
      users.report(
          Problem.Reason.CredentialsInvalid,
          password.path(),
          password.secretName(),
          password.key(),
          "is longer than the " + PasswordHash.LONGEST_PASSWORD_BYTES + " bytes that bcrypt reads");
    }
    return tooLong;
  }

  private static boolean ofDexUser(String key) {
    return key.endsWith(PASSWORD) || key.endsWith(HASH) || key.endsWith(HMAC);
  }
}
