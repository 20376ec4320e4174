package dev.daytonaoperator.testing;

/** A namespace that exists for one test class. */
public record TestNamespace(String name) {}
