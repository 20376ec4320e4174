package dev.daytonaoperator.api.v1alpha1;

/** User name and password in one Secret of the installation's namespace. */
public record CredentialsRef(String name, String usernameKey, String passwordKey) {}
