package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.SecretKeyRef;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The credentials that one pass has found or made, each with its place. */
final class Holdings {

  /**
   * A credential in its place.
   *
   * @param path the field by which a user chose or can choose it
   */
  record Held(String path, String secretName, String key, CredentialValue value) {
    String text() {
      return value.reveal();
    }
  }

  private static final String DIGEST = "digest";

  private final Owner owner;
  private final Drafts drafts;
  private final UserSecrets users;
  private final List<Problem> problems;
  private final Predicate<String> dataExist;
  private final SecretDraft digestDraft;
  private final DigestKey digests;
  private final Map<Credential, Held> held = new EnumMap<>(Credential.class);
  private final Map<Credential, Boolean> made = new EnumMap<>(Credential.class);
  private final Set<String> issued = new TreeSet<>();

  /**
   * @param dataExist whether data exist that were made with a bound credential, named {@code
   *     <Secret's suffix>/<key>}
   */
  Holdings(
      Owner owner,
      Drafts drafts,
      UserSecrets users,
      List<Problem> problems,
      Predicate<String> dataExist,
      RandomValues random) {
    this.owner = owner;
    this.drafts = drafts;
    this.users = users;
    this.problems = problems;
    this.dataExist = dataExist;
    this.digestDraft = drafts.open(DIGEST, DIGEST);
    this.digests =
        new DigestKey(
            keep(digestDraft, "key", Credential.Kind.FREE, "metadata.name", random::key)
                .orElseThrow());
  }

  DigestKey digests() {
    return digests;
  }

  /** Names of the bound credentials in use. */
  Set<String> issued() {
    return issued;
  }

  Optional<String> value(Credential credential) {
    return Optional.ofNullable(held.get(credential)).map(Held::text);
  }

  Optional<Held> find(Credential credential) {
    return Optional.ofNullable(held.get(credential));
  }

  Map<Credential, CredentialRef> references() {
    var references = new HashMap<Credential, CredentialRef>();
    held.forEach(
        (credential, at) ->
            references.put(
                credential, new CredentialRef(at.secretName(), at.key(), digests.of(at.text()))));
    return references;
  }

  /** The user's value if the spec refers to one, else the operator's own. */
  void referOrOwn(
      Credential credential,
      ComponentName component,
      String path,
      @Nullable SecretKeyRef reference,
      Supplier<String> make) {
    if (reference == null) {
      own(credential, component, path, make);
      return;
    }
    refer(credential, path, reference);
    if (held.containsKey(credential)) {
      issue(credential);
    }
  }

  void refer(Credential credential, String path, @Nullable SecretKeyRef reference) {
    if (reference == null) {
      return;
    }
    users
        .verbatim(path, reference)
        .ifPresent(
            found ->
                held.put(
                    credential, new Held(path, found.secretName(), found.key(), found.value())));
  }

  void own(Credential credential, ComponentName component, String path, Supplier<String> make) {
    var draft = drafts.open(credential.secret(), component.id());
    var present = draft.value(credential.key()).isPresent();
    keep(draft, credential.key(), credential.kind(), path, make)
        .ifPresent(
            value -> {
              hold(credential, path, draft, value);
              issue(credential);
            });
    made.put(credential, !present);
  }

  /** A value that takes another's place once it is in force; held while it is there. */
  void pending(Credential credential, ComponentName component, String path) {
    var draft = drafts.open(credential.secret(), component.id());
    draft.value(credential.key()).ifPresent(value -> hold(credential, path, draft, value));
  }

  /** A value that follows from others. */
  void derive(Credential credential, ComponentName component, String path, String value) {
    var draft = drafts.open(credential.secret(), component.id());
    draft.put(credential.key(), value);
    hold(credential, path, draft, value);
  }

  /** The value of a key of an own Secret, made if it may be. */
  Optional<String> keep(
      SecretDraft draft, String key, Credential.Kind kind, String path, Supplier<String> make) {
    var name = draft.name().substring(owner.name().length() + 1) + "/" + key;
    if (draft.value(key).isEmpty()) {
      if (kind == Credential.Kind.BOUND && dataExist.test(name)) {
        problems.add(lost(draft.name(), key, path));
        return Optional.empty();
      }
      draft.put(key, make.get());
    }
    return draft.value(key);
  }

  /**
   * Holds a value to the one that the data were made with: a keyed digest of the first one is kept
   * beside the digest key.
   *
   * @param renewed whether a rotation has just put another in its place
   */
  void pin(Credential credential, String why, boolean renewed) {
    var at = held.get(credential);
    if (at == null) {
      return;
    }
    var digest = digests.of(at.text());
    var pinned = pinned(drafts, credential);
    if (pinned.isEmpty() || renewed || made.getOrDefault(credential, false)) {
      digestDraft.put(pin(credential), digest);
    } else if (!pinned.get().equals(digest)) {
      users.report(
          Problem.Reason.CredentialsInvalid,
          at.path(),
          at.secretName(),
          at.key(),
          "has another value than before, but " + why + "; restore the earlier value");
    }
  }

  /** The digest that a value is held to; empty before the first. */
  static Optional<String> pinned(Drafts drafts, Credential credential) {
    return drafts.open(DIGEST, DIGEST).value(pin(credential));
  }

  private static String pin(Credential credential) {
    return credential.secret() + "." + credential.key();
  }

  /** A user's value counts too: dropping the reference must not put a new value in its place. */
  private void issue(Credential credential) {
    if (credential.kind() == Credential.Kind.BOUND) {
      issued.add(credential.secret() + "/" + credential.key());
    }
  }

  private void hold(Credential credential, String path, SecretDraft draft, String value) {
    held.put(
        credential, new Held(path, draft.name(), credential.key(), new CredentialValue(value)));
  }

  private Problem lost(String secret, String key, String path) {
    return new Problem(
        Problem.Reason.CredentialsLost,
        path,
        ("Secret %s, key %s, is gone while data exist that were made with it. Restore it from a"
                + " backup with its labels (%s). To start afresh instead, remove the"
                + " installation's data and its ConfigMap %s-state first")
            .formatted(secret, key, Drafts.labels(owner), owner.name()));
  }
}
