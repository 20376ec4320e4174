package dev.daytonaoperator.services;

/** Every label key and value that the operator sets or selects by. */
public final class Labels {

  /** Keys below it are the operator's alone. */
  public static final String PREFIX = "daytona-operator.dev/";

  public static final String NAME = "app.kubernetes.io/name";
  public static final String INSTANCE = "app.kubernetes.io/instance";
  public static final String COMPONENT = "app.kubernetes.io/component";
  public static final String PART_OF = "app.kubernetes.io/part-of";
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Name of the installation; on every object, retained ones included. */
  public static final String INSTALLATION = "daytona-operator.dev/installation";

  /**
   * Marks objects that are not applied and pruned as children: {@link #ROLE_CREDENTIAL}, {@link
   * #ROLE_STATE}, {@link #ROLE_STEP}.
   */
  public static final String ROLE = "daytona-operator.dev/role";

  public static final String ROLE_CREDENTIAL = "credential";
  public static final String ROLE_STATE = "state";
  public static final String ROLE_STEP = "step";

  /** Which {@link Step} a Job does. */
  public static final String STEP = "daytona-operator.dev/step";

  /** The pool and ordinal of a runner's objects. */
  public static final String RUNNER_POOL = "daytona-operator.dev/runner-pool";

  public static final String RUNNER = "daytona-operator.dev/runner";

  /** Value of {@link #NAME} and {@link #PART_OF}. */
  public static final String DAYTONA = "daytona";

  /** Value of {@link #MANAGED_BY}. */
  public static final String OPERATOR = "daytona-operator";

  private Labels() {}
}
