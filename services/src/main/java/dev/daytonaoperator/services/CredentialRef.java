package dev.daytonaoperator.services;

/**
 * Where a credential is, never what.
 *
 * @param secretName Secret in the installation's namespace
 * @param key key in that Secret
 * @param digest HMAC of the value under the installation's digest key (hex); changes exactly when
 *     the value does, so that pods which read it at start are replaced
 */
public record CredentialRef(String secretName, String key, String digest) {}
