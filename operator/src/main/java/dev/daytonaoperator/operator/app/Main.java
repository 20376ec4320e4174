package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The command line: no arguments runs the operator; see {@link Usage}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var command = arguments.length == 0 ? "run" : arguments[0];
    var rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    int exitCode =
        switch (command) {
          case "run" -> run();
          default -> {
            System.err.println(Usage.TEXT + rest);
            yield 2;
          }
        };
    System.exit(exitCode);
  }

  private static int run() throws IOException, InterruptedException {
    var config = Config.autoConfigure(null);
    Settings settings;
    try {
      var namespace = config.getNamespace();
      settings = Settings.from(System.getenv(), namespace == null ? "default" : namespace);
    } catch (Settings.InvalidSettingsException e) {
      System.err.println("daytona-operator: " + e.getMessage());
      return 2;
    }
    var process = OperatorProcess.start(settings, OperatorProcess.client(config).build());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  process.close();
                  ended.countDown();
                }));
    ended.await();
    return 0;
  }
}
