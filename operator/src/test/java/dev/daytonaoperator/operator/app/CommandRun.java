package dev.daytonaoperator.operator.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of a command, with what it printed. */
record CommandRun(int exitCode, String output, String errors) {

  static CommandRun of(String... arguments) {
    return with(Map.of(), "", arguments);
  }

  static CommandRun reading(String input, String... arguments) {
    return with(Map.of(), input, arguments);
  }

  static CommandRun with(Map<String, String> environment, String input, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exitCode;
    try (var output = new PrintStream(out, false, StandardCharsets.UTF_8);
        var errors = new PrintStream(err, false, StandardCharsets.UTF_8)) {
      var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
      exitCode = new Commands(environment, in, output, errors).run(List.of(arguments));
    }
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
