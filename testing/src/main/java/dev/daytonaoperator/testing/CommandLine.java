package dev.daytonaoperator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs.
 *
 * @param directory working directory
 * @param environment variables added to the test's own
 */
public record CommandLine(Path directory, Map<String, String> environment) {

  /** What a program left behind. */
  public record Result(List<String> command, int exitCode, String output, String errors) {

    /** This result, when the program succeeded. */
    public Result orThrow() {
      if (exitCode != 0) {
        throw new AssertionError(
            String.join(" ", command) + " exited with " + exitCode + "\n" + output + errors);
      }
      return this;
    }
  }

  /** Runs to the end; a program that takes longer than {@code limit} is ended. */
  public Result run(Duration limit, String... command) {
    try {
      // Files, not pipes: a program that leaves a child behind would hold a pipe open.
      var output = Files.createTempFile("command", ".out");
      var errors = Files.createTempFile("command", ".err");
      try {
        var builder =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              String.join(" ", command) + " took longer than " + limit + "\n" + read(errors));
        }
        return new Result(List.of(command), process.exitValue(), read(output), read(errors));
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
