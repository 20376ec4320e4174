package dev.daytonaoperator.api.v1alpha1;

/** The name of an object in the installation's namespace. */
public record NameRef(String name) {}
