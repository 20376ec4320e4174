package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.Security;
import dev.daytonaoperator.services.Credential;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.SecureRandom;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The users' Secrets where they cannot be read: those that were given, and for any other one that
 * has whatever is asked of it.
 */
public final class AssumedSecrets implements ReferencedSecrets {

  private final Map<String, Secret> given;
  private final SecureRandom random;
  private final Map<String, Secret> assumed = new HashMap<>();

  /**
   * @param given by name
   */
  public AssumedSecrets(Map<String, Secret> given, SecureRandom random) {
    this.given = Map.copyOf(given);
    this.random = random;
  }

  @Override
  public Optional<Secret> find(String namespace, String name) {
    var known = given.get(name);
    return Optional.of(known == null ? assumed.computeIfAbsent(name, this::assume) : known);
  }

  /** Names of the Secrets that were asked for and not given. */
  public Set<String> assumed() {
    return new TreeSet<>(assumed.keySet());
  }

  private Secret assume(String name) {
    var secret = new Secret();
    secret.setData(new AnyKey(name));
    return secret;
  }

  /** Every key that must be there, with a value of the right form that is no other key's. */
  private final class AnyKey extends AbstractMap<String, String> {

    private final String name;
    private final Map<String, String> values = new HashMap<>();

    AnyKey(String name) {
      this.name = name;
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
      return values.computeIfAbsent(String.valueOf(key), k -> SecretDraft.encode(value(k)));
    }

    /** Asked about keys that may be left out, like an SSH public key: they are. */
    @Override
    public boolean containsKey(@Nullable Object key) {
      return false;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      return values.entrySet();
    }

    private String value(String key) {
      if (key.equals(Credential.SSH_GATEWAY_PRIVATE_KEY.key())
          || key.equals(Credential.SSH_HOST_KEY.key())) {
        return SshKey.generate(Security.SshKeys.Type.Ed25519, random).privateKey();
      }
      // short enough for bcrypt whatever the names are, and no JWT
      return "assumed-"
          + Integer.toHexString(name.hashCode())
          + "-"
          + Integer.toHexString(key.hashCode());
    }
  }
}
