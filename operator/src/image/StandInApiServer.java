import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for an API server while the image is built, so that the operator can be started once
 * and its loaded classes be recorded: everything is empty but for one installation, and what is
 * written is taken. It tests nothing; tests have a real API server.
 *
 * <p>Run from source: {@code java StandInApiServer.java KUBECONFIG}. Writes that file when it
 * listens, ends when the process that started it closes its input.
 */
final class StandInApiServer {

  private static final String INSTALLATION =
      """
      {"apiVersion": "daytona-operator.dev/v1alpha1", "kind": "DaytonaInstallation",
       "metadata": {"name": "daytona", "namespace": "default", "uid": "1", "resourceVersion": "1",
                    "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"},
       "spec": {}}\
      """;

  private static final AtomicInteger VERSIONS = new AtomicInteger(1);

  private StandInApiServer() {}

  public static void main(String[] arguments) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", StandInApiServer::handle);
    server.start();
    Files.writeString(
        Path.of(arguments[0]),
        """
        {"apiVersion": "v1", "kind": "Config", "current-context": "it",
         "clusters": [{"name": "it", "cluster": {"server": "http://127.0.0.1:%d"}}],
         "contexts": [{"name": "it", "context": {"cluster": "it", "namespace": "default"}}]}
        """
            .formatted(server.getAddress().getPort()));
    System.in.readAllBytes();
    System.exit(0);
  }

  private static void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var uri = exchange.getRequestURI();
      var query = uri.getQuery() == null ? "" : uri.getQuery();
      boolean get = exchange.getRequestMethod().equals("GET");
      if (get && "websocket".equals(exchange.getRequestHeaders().getFirst("Upgrade"))) {
        answer(exchange, 200, "{}"); // no web socket: then the client watches by a long answer
      } else if (get && query.contains("watch=true")) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        new CountDownLatch(1).await(); // nothing ever happens
      } else if (get) {
        read(exchange, uri.getPath());
      } else {
        answer(exchange, 201, taken(body));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void read(HttpExchange exchange, String path) throws IOException {
    // …/namespaces/NAME/PLURAL or a cluster's /PLURAL lists; anything longer names an object.
    var parts = Arrays.asList(path.split("/", -1));
    int namespaces = parts.indexOf("namespaces");
    boolean lists = namespaces < 0 || parts.size() == namespaces + 3;
    if (lists) {
      var items = path.endsWith("/daytonainstallations") ? INSTALLATION : "";
      answer(
          exchange,
          200,
          "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"},"
              + " \"items\": ["
              + items
              + "]}");
    } else {
      answer(exchange, 404, "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 404}");
    }
  }

  /** What was written, with what a server adds. */
  private static String taken(String body) {
    int version = VERSIONS.incrementAndGet();
    return body.replaceFirst(
        "\"metadata\"\\s*:\\s*\\{",
        "\"metadata\":{\"uid\":\"u%d\",\"resourceVersion\":\"%d\",\"creationTimestamp\":\"2026-01-01T00:00:00Z\","
            .formatted(version, version));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
