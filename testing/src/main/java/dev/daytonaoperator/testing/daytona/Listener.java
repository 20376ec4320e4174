package dev.daytonaoperator.testing.daytona;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.daytonaoperator.testing.daytona.Faults.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The door: HTTP, faults and the log of calls. */
final class Listener {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/api/";

  private final Function<Request, Response> api;
  private final Faults faults;
  private final InstantSource clock;
  private final InetSocketAddress address = free();
  private final List<Seen> calls = new CopyOnWriteArrayList<>();

  /** A call that may not be over yet. */
  private static final class Seen {
    final Instant at;
    final String method;
    final String path;
    volatile int status;

    Seen(Instant at, String method, String path) {
      this.at = at;
      this.method = method;
      this.path = path;
    }
  }

  /** What listens at the moment. */
  private record Open(HttpServer server, ExecutorService threads) {}

  private Optional<Open> open = Optional.empty();

  Listener(Function<Request, Response> api, Faults faults, InstantSource clock) {
    this.api = api;
    this.faults = faults;
    this.clock = clock;
  }

  String url() {
    return "http://127.0.0.1:" + address.getPort() + "/api";
  }

  List<Call> calls() {
    return calls.stream().map(c -> new Call(c.at, c.method, c.path, c.status)).toList();
  }

  void forgetCalls() {
    calls.clear();
  }

  /** Below the ports that connections get by themselves, so that it can be taken again. */
  private static InetSocketAddress free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      try (var probe = new ServerSocket()) {
        probe.bind(address);
        return address;
      } catch (BindException e) {
        // somebody has it: the next one
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  synchronized void open() {
    if (open.isPresent()) {
      return;
    }
    try {
      var server = HttpServer.create(address, 0);
      var threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext("/", this::handle);
      server.start();
      open = Optional.of(new Open(server, threads));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized boolean isOpen() {
    return open.isPresent();
  }

  synchronized void close() {
    open.ifPresent(
        o -> {
          o.server().stop(0);
          o.threads().shutdownNow();
        });
    open = Optional.empty();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().toString().replaceFirst("^/api", "");
    var seen = new Seen(clock.instant(), exchange.getRequestMethod(), path);
    calls.add(seen);
    try (exchange) {
      seen.status = answer(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the status that the caller sees; 0 for none. */
  private int answer(HttpExchange exchange) throws IOException, InterruptedException {
    var path = exchange.getRequestURI().getPath();
    var line = exchange.getRequestMethod() + " " + path.replaceFirst("^/api", "");
    var body = exchange.getRequestBody().readAllBytes();
    return switch (faults.of(line).orElse(new Fault.Slow(Duration.ZERO))) {
      case Fault.Instead(int status, String text) -> send(exchange, status, text.getBytes(UTF_8));
      case Fault.Hang() -> {
        var unused = faults.healed().await(1, TimeUnit.MINUTES);
        yield 0;
      }
      case Fault.Trickle() -> trickle(exchange);
      case Fault.LoseAnswer() -> {
        var unused = done(exchange, body);
        yield 0;
      }
      case Fault.Slow(var by) -> {
        Thread.sleep(by);
        var response = done(exchange, body);
        yield send(exchange, response.status(), bytes(response.body()));
      }
    };
  }

  private int trickle(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    var out = exchange.getResponseBody();
    while (!faults.healed().await(100, TimeUnit.MILLISECONDS)) {
      out.write(' ');
      out.flush();
    }
    return 0;
  }

  private Response done(HttpExchange exchange, byte[] body) {
    try {
      return api.apply(request(exchange, body));
    } catch (Refusal e) {
      var json =
          JsonNodeFactory.instance
              .objectNode()
              .put("path", exchange.getRequestURI().toString())
              .put("timestamp", clock.instant().toString())
              .put("statusCode", e.status())
              .put("message", e.getMessage());
      return new Response(e.status(), json);
    }
  }

  private static Request request(HttpExchange exchange, byte[] body) {
    var raw = exchange.getRequestURI().getRawPath();
    if (!raw.startsWith(PREFIX)) {
      throw new Refusal(404, "Cannot " + exchange.getRequestMethod() + " " + raw);
    }
    var parts =
        Arrays.stream(raw.substring(PREFIX.length()).split("/"))
            .map(part -> URLDecoder.decode(part.replace("+", "%2B"), UTF_8))
            .toList();
    var bearer =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
            .filter(header -> header.startsWith("Bearer "))
            .map(header -> header.substring("Bearer ".length()));
    return new Request(
        exchange.getRequestMethod(),
        parts,
        query(exchange.getRequestURI().getRawQuery()),
        bearer,
        json(exchange, body));
  }

  private static Map<String, String> query(@Nullable String raw) {
    var query = new HashMap<String, String>();
    if (raw != null) {
      for (var pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              URLDecoder.decode(pair.substring(0, equals), UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
      }
    }
    return query;
  }

  /** As Express: only what says that it is JSON is read. */
  private static JsonNode json(HttpExchange exchange, byte[] body) {
    var type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (body.length == 0 || type == null || !type.startsWith("application/json")) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new Refusal(400, "Malformed JSON in request body");
    }
  }

  private static byte[] bytes(JsonNode body) {
    return body.isMissingNode() ? new byte[0] : body.toString().getBytes(UTF_8);
  }

  private static int send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    return status;
  }
}
