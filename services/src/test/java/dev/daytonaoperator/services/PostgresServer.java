package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A PostgreSQL of the machine's, in a directory of its own, that logs every statement. */
final class PostgresServer implements AutoCloseable {

  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  private final Path programs;
  private final Path home;
  private final int port;

  private PostgresServer(Path programs, Path home, int port) {
    this.programs = programs;
    this.home = home;
    this.port = port;
  }

  /** Where its programs are; empty on a machine without it. */
  static Optional<Path> installed() {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (var versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Path::compareTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PostgresServer start(Path programs, String user, String password) throws Exception {
    var home = Files.createTempDirectory("postgres");
    var file = Files.writeString(home.resolve("password"), password);
    if (root()) {
      assertThat(run(List.of("chown", "-R", "postgres", home.toString()), Map.of()).status())
          .isZero();
    }
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var server = new PostgresServer(programs, home, port);
    server.asServer(
        "initdb",
        "--pgdata=" + server.data(),
        "--username=" + user,
        "--pwfile=" + file,
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--no-sync");
    server.asServer(
        "pg_ctl",
        "--pgdata=" + server.data(),
        "--log=" + home.resolve("log"),
        "--wait",
        "--options=-p %d -k %s -c listen_addresses=127.0.0.1 -c log_statement=all -c fsync=off"
            .formatted(port, home),
        "start");
    return server;
  }

  int port() {
    return port;
  }

  /** Everything that it has logged. */
  String log() throws IOException {
    return Files.readString(home.resolve("log"));
  }

  /** Runs SQL by the socket, as nobody else can; answers what it prints. */
  String sql(String user, String database, String sql) throws Exception {
    var ended =
        run(
            List.of(
                programs.resolve("psql").toString(),
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                "--host=" + home,
                "--port=" + port,
                "--username=" + user,
                "--dbname=" + database,
                "--command=" + sql),
            Map.of());
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output().strip();
  }

  /** Runs a program that may use psql, with these variables. */
  Ended client(List<String> command, Map<String, String> environment) throws Exception {
    var variables = new java.util.HashMap<>(environment);
    variables.put("PATH", programs + ":/usr/bin:/bin");
    return run(command, variables);
  }

  @Override
  public void close() throws Exception {
    asServer("pg_ctl", "--pgdata=" + data(), "--mode=immediate", "--wait", "stop");
    run(List.of("rm", "-rf", home.toString()), Map.of());
  }

  private Path data() {
    return home.resolve("data");
  }

  /** The server refuses to be root. */
  private void asServer(String program, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    if (root()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    var ended = run(command, Map.of());
    assertThat(ended.status()).as(ended.output()).isZero();
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  record Ended(int status, String output) {}

  private static Ended run(List<String> command, Map<String, String> environment) throws Exception {
    // To a file: a server that was started would keep a pipe open.
    var output = Files.createTempFile("output", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    var status = builder.start().waitFor();
    var text = Files.readString(output);
    Files.delete(output);
    return new Ended(status, text);
  }
}
