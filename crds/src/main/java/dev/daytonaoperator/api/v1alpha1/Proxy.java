package dev.daytonaoperator.api.v1alpha1;

/** The preview and toolbox proxy. */
public record Proxy(Integer replicas, Integer shutdownTimeoutSeconds, String cookieDomain) {}
