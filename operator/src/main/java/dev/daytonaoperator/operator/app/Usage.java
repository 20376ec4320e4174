package dev.daytonaoperator.operator.app;

/** What the command line accepts. */
final class Usage {

  static final String TEXT =
      """
      usage: java -jar daytona-operator.jar [COMMAND]
        run                            run the operator (the default); settings by environment
        render FILE [--with-secrets]   print the objects of a fresh install, without a cluster
        images FILE                    print every image that an install uses
        version                        print the operator's version
      """;

  private Usage() {}
}
