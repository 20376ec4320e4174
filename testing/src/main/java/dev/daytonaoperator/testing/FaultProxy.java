package dev.daytonaoperator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A way to the API server that can be disturbed: it answers with errors, loses answers, is slow,
 * and counts what is under way at once. Watches do not pass through it.
 */
public final class FaultProxy implements AutoCloseable {

  /** Headers that belong to one connection, or that the HTTP client sets itself. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection", "host", "content-length", "upgrade", "http2-settings", "transfer-encoding");

  /**
   * What happens to matching requests.
   *
   * @param matches tells by method and path, such as {@code PATCH /api/v1/namespaces/a/services/b}
   * @param status answered in place of the server; 0 when the server's own answer is lost
   */
  private record Fault(Predicate<String> matches, int status) {}

  private final Config upstream;
  private final HttpClient http;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile Optional<Fault> fault = Optional.empty();
  private volatile Duration delay = Duration.ZERO;

  private FaultProxy(Config upstream) throws Exception {
    this.upstream = upstream;
    var trust = SSLUtils.trustManagers(upstream);
    var tls = SSLContext.getInstance("TLS");
    tls.init(null, trust, null);
    this.http = HttpClient.newBuilder().sslContext(tls).build();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FaultProxy before(ControlPlane controlPlane) {
    try {
      return new FaultProxy(controlPlane.config());
    } catch (Exception e) {
      throw new IllegalStateException("cannot start the proxy", e);
    }
  }

  /** For a client that goes this way and takes the first answer for the last. */
  public Config config() {
    var config = Config.empty();
    config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort());
    config.setOauthToken(
        Objects.requireNonNullElse(upstream.getOauthToken(), upstream.getAutoOAuthToken()));
    config.setRequestRetryBackoffLimit(0);
    return config;
  }

  /** Matching requests are answered with this status and never reach the server. */
  public void answer(int status, Predicate<String> matches) {
    fault = Optional.of(new Fault(matches, status));
  }

  /** Matching requests reach the server, but the connection breaks before its answer is seen. */
  public void loseAnswers(Predicate<String> matches) {
    fault = Optional.of(new Fault(matches, 0));
  }

  /** Every request takes at least this long. */
  public void slow(Duration by) {
    delay = by;
  }

  public void heal() {
    fault = Optional.empty();
    delay = Duration.ZERO;
  }

  /** The largest number of requests that were under way together. */
  public int mostAtOnce() {
    return mostAtOnce.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    int now = underWay.incrementAndGet();
    mostAtOnce.accumulateAndGet(now, Math::max);
    try (exchange) {
      Thread.sleep(delay);
      var line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      var hit = fault.filter(f -> f.matches().test(line));
      if (hit.isPresent() && hit.get().status() > 0) {
        respond(exchange, hit.get().status(), failure(hit.get().status()));
        return;
      }
      var answer = forward(exchange);
      if (hit.isEmpty()) {
        answer
            .headers()
            .firstValue("Content-Type")
            .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
        respond(exchange, answer.statusCode(), answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.decrementAndGet();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange)
      throws IOException, InterruptedException {
    var body = exchange.getRequestBody().readAllBytes();
    var uri = URI.create(upstream.getMasterUrl()).resolve(exchange.getRequestURI().toString());
    var request =
        HttpRequest.newBuilder(uri)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static byte[] failure(int status) {
    return """
    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "made to fail", "code": %d}
    """
        .formatted(status)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) {
    try {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the client has given up
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    http.close();
  }
}
