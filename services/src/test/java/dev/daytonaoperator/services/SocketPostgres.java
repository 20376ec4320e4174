package dev.daytonaoperator.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of this machine's packages in a directory of its own, reached by its socket. */
final class SocketPostgres implements AutoCloseable {

  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
  private static final String USER = "user";

  /** What a program printed and how it ended. */
  record Run(int status, String output) {
    String orThrow() {
      if (status != 0) {
        throw new IllegalStateException("status " + status + ": " + output);
      }
      return output;
    }
  }

  private final Path bin;
  private final Path directory;

  private SocketPostgres(Path bin, Path directory) {
    this.bin = bin;
    this.directory = directory;
  }

  /** The programs of the newest version that is installed. */
  static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(PACKAGES)) {
      return Optional.empty();
    }
    try (var versions = Files.list(PACKAGES)) {
      return versions
          .sorted(Comparator.reverseOrder())
          .map(version -> version.resolve("bin"))
          .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
          .findFirst();
    }
  }

  /** Starts one with a superuser as the bundled database has. */
  static SocketPostgres start(Path bin) throws IOException, InterruptedException {
    // Not JUnit's: below it another user finds no way to its own directory.
    var directory = Files.createTempDirectory("postgres");
    var server = new SocketPostgres(bin, directory);
    if (root()) {
      // It refuses to run as root.
      server.run(Map.of(), List.of("chown", "postgres", directory.toString()), false).orThrow();
    }
    var data = server.data();
    server.asServer(List.of("initdb", "-U", USER, "-A", "trust", "-D", data)).orThrow();
    var options = "-k " + directory + " -c listen_addresses='' -c fsync=off";
    server
        .asServer(List.of("pg_ctl", "-w", "-D", data, "-o", options, "-l", data + "/log", "start"))
        .orThrow();
    return server;
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  /** What a client finds it by. */
  Map<String, String> access(String database) {
    return Map.of(
        "PATH",
        bin + ":/usr/bin:/bin",
        "PGHOST",
        directory.toString(),
        "PGUSER",
        USER,
        "PGDATABASE",
        database);
  }

  String sql(String database, String statement) throws IOException, InterruptedException {
    return client(access(database), List.of("psql", "-v", "ON_ERROR_STOP=1", "-AtXc", statement))
        .orThrow()
        .strip();
  }

  Run client(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    return run(environment, command, false);
  }

  private Run asServer(List<String> command) throws IOException, InterruptedException {
    return run(Map.of("PATH", bin + ":/usr/sbin:/usr/bin:/bin"), command, root());
  }

  private Run run(Map<String, String> environment, List<String> command, boolean asPostgres)
      throws IOException, InterruptedException {
    var whole = new ArrayList<String>();
    if (asPostgres) {
      whole.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    whole.add("env");
    whole.add("-i");
    environment.forEach((name, value) -> whole.add(name + "=" + value));
    if (environment.isEmpty()) {
      whole.add("PATH=" + System.getenv("PATH"));
    }
    whole.addAll(command);
    var output = Files.createTempFile("run", ".txt");
    var process =
        new ProcessBuilder(whole)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("does not end: " + command);
    }
    var text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Run(process.exitValue(), text);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    asServer(List.of("pg_ctl", "-w", "-m", "immediate", "-D", data(), "stop")).orThrow();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
