package dev.daytonaoperator.api.v1alpha1;

/** One key of a Secret in the installation's namespace. */
public record SecretKeyRef(String name, String key) {}
