package dev.daytonaoperator.operator.app;

/** What the command line accepts. */
final class Usage {

  static final String TEXT =
      """
      usage: java -jar daytona-operator.jar [COMMAND]
        run                            run the operator (the default)
        render FILE [--with-secrets]   print the objects of a fresh install in their order,
                                       without a cluster; values of Secrets are left out unless
                                       asked for, and then made anew each time
        images FILE                    print every image that an install pulls, one a line
        version                        print the operator's version

      FILE holds one DaytonaInstallation, and may hold the Secrets that it refers to; - is the
      standard input. It is checked against the resource's schema; rules between fields are the
      API server's. Settings are environment variables DAYTONA_OPERATOR_*, see docs/settings.md.
      Exit codes: 0 done, 1 failed, 2 wrong arguments, settings or input.
      """;

  private Usage() {}
}
