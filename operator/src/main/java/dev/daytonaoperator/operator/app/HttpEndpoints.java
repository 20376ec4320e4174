package dev.daytonaoperator.operator.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** {@code /metrics} for Prometheus, {@code /healthz} and {@code /readyz} for the kubelet. */
final class HttpEndpoints implements AutoCloseable {

  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Set<String> READS = Set.of("GET", "HEAD");

  private final HttpServer server;

  private HttpEndpoints(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to answer.
   *
   * @param metrics the exposition in Prometheus' text format
   * @param alive false when only a restart helps; never depends on the API server
   * @param ready whether the caches have synced; a standby is ready too
   */
  static HttpEndpoints start(
      int port, Supplier<String> metrics, BooleanSupplier alive, BooleanSupplier ready)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/metrics",
        reading("/metrics", exchange -> answer(exchange, 200, metrics.get(), METRICS_TYPE)));
    server.createContext(
        "/healthz", reading("/healthz", exchange -> verdict(exchange, alive.getAsBoolean())));
    server.createContext(
        "/readyz", reading("/readyz", exchange -> verdict(exchange, ready.getAsBoolean())));
    server.start();
    return new HttpEndpoints(server);
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** A context takes everything below its path as well. */
  private static HttpHandler reading(String path, HttpHandler handler) {
    return exchange -> {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        answer(exchange, 404, "not found\n", TEXT);
      } else if (!READS.contains(exchange.getRequestMethod())) {
        answer(exchange, 405, "only GET\n", TEXT);
      } else {
        handler.handle(exchange);
      }
    };
  }

  private static void verdict(HttpExchange exchange, boolean good) throws IOException {
    answer(exchange, good ? 200 : 503, good ? "ok\n" : "not ok\n", TEXT);
  }

  private static void answer(HttpExchange exchange, int status, String body, String type)
      throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
      } else {
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
