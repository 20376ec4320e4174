package dev.daytonaoperator.api.v1alpha1;

/** A volume: requested (size and class) or existing. */
public record Storage(String size, String storageClassName, String existingClaim) {}
