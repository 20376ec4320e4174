package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.testing.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The operator as a process of its own, as a pod runs it. */
public final class SeparateOperator implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final Path log;
  private final int port;

  private SeparateOperator(Map<String, String> environment, int port) throws IOException {
    this.port = port;
    this.log = Files.createTempFile("operator", ".log");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml", // not the tests' own
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith(Settings.PREFIX));
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** Starts one on the control plane, with settings without their prefix; does not wait. */
  static SeparateOperator launch(ControlPlane controlPlane, Map<String, String> settings) {
    return launch(controlPlane.kubeconfig(), settings);
  }

  /** Starts one that calls the API server as a kubeconfig says; does not wait. */
  public static SeparateOperator launch(Path kubeconfig, Map<String, String> settings) {
    var environment = new HashMap<String, String>();
    environment.put("KUBECONFIG", kubeconfig.toString());
    settings.forEach((name, value) -> environment.put(Settings.PREFIX + name, value));
    try (var free = new ServerSocket(0)) {
      int port = free.getLocalPort();
      environment.putIfAbsent(Settings.PREFIX + "HTTP_PORT", Integer.toString(port));
      return new SeparateOperator(environment, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SeparateOperator awaitReady() {
    Awaitility.await("the operator to be ready; " + log)
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .failFast("it ended; " + log, () -> !process.isAlive())
        .until(() -> status("/readyz") == 200);
    return this;
  }

  /** The status code, or -1 while nobody answers. */
  public int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  /** The value of a series, 0 when it is absent. */
  double metric(String series) {
    return metrics().stream()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  /** The sum of all series of a name. */
  double sum(String name) {
    return metrics().stream()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  List<String> metrics() {
    try {
      return get("/metrics").body().lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
              .timeout(Duration.ofSeconds(10))
              .build();
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the kubelet ends a container; answers the exit code. */
  public int terminate(Duration limit) {
    process.destroy();
    return exitCode(limit);
  }

  /** As a node ends that loses its power. */
  void kill() {
    process.destroyForcibly();
    var unused = exitCode(Duration.ofSeconds(10));
  }

  int exitCode(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + limit + "\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
