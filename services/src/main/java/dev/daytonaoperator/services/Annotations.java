package dev.daytonaoperator.services;

/** Every annotation key that the operator sets. */
public final class Annotations {

  /** SHA-256 of the applied intent; tells a cold start what was applied last. */
  public static final String DESIRED = "daytona-operator.dev/desired";

  /** On pod templates: keyed digest of the Secrets and ConfigMaps that the pod reads at start. */
  public static final String CONFIG_DIGEST = "daytona-operator.dev/config-digest";

  /** On Jobs: what the step was done for, a Daytona version or a hash of its inputs. */
  public static final String OCCASION = "daytona-operator.dev/occasion";

  private Annotations() {}
}
