package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.client.Config;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** The command line: no arguments runs the operator; see {@link Usage}. */
public final class Main {

  private static final int FAILED = 1;

  /** Less than the time that Kubernetes gives a pod before it kills it. */
  private static final Duration END = Duration.ofSeconds(20);

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    var words = List.of(arguments);
    var out = utf8(FileDescriptor.out);
    var err = utf8(FileDescriptor.err);
    int exitCode =
        words.isEmpty() || words.equals(List.of("run"))
            ? run(err)
            : new Commands(System.getenv(), System.in, out, err).run(words);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** UTF-8 whatever the locale is: the output is YAML. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static int run(PrintStream err) throws InterruptedException {
    var config = Config.autoConfigure(null);
    Settings settings;
    try {
      var namespace = config.getNamespace();
      settings = Settings.from(System.getenv(), namespace == null ? "default" : namespace);
    } catch (Settings.InvalidSettingsException e) {
      e.problems().forEach(problem -> err.println("daytona-operator: " + problem));
      return Commands.WRONG_INPUT;
    }
    try {
      var process = OperatorProcess.create(settings, OperatorProcess.client(config).build());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "shutdown"));
      process.run();
    } catch (IOException | RuntimeException e) {
      LoggerFactory.getLogger(Main.class)
          .atError()
          .addKeyValue("server", config.getMasterUrl())
          .setCause(e)
          .log("cannot start");
      return FAILED;
    }
    new CountDownLatch(1).await(); // a signal ends the process by way of the shutdown hook
    return Commands.DONE;
  }

  /** Ends in order, or at once when a pass hangs: it would go on with caches that are empty. */
  private static void end(OperatorProcess process) {
    var closing = Thread.ofPlatform().daemon().name("closing").start(process::close);
    boolean closed = false;
    try {
      closed = closing.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!closed) {
      LoggerFactory.getLogger(Main.class).error("a reconcile did not end in time; ending at once");
      Runtime.getRuntime().halt(FAILED);
    }
  }
}
