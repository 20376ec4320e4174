package dev.daytonaoperator.services;

/**
 * The order of first creation. An object that exists is repaired whatever its wave; only creation
 * waits.
 */
public enum Wave {
  /** ConfigMaps, claims, Services, NetworkPolicies, certificates. */
  CONFIG,
  /** Data stores, Dex and the tools. */
  DATA,
  /** The API, once the bucket and the tables exist: it exits without them. */
  API,
  /** Proxy, SSH gateway and runners: they need the API. */
  EDGE,
  /** Ingresses and disruption budgets. */
  EXPOSURE
}
