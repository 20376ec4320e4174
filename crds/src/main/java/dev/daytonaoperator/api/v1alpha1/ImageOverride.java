package dev.daytonaoperator.api.v1alpha1;

/** An image in place of the catalogue's; absent members keep the catalogue's value. */
public record ImageOverride(String repository, String tag, String digest) {}
