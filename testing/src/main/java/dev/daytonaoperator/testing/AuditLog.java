package dev.daytonaoperator.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Every call that the API server answered, in order. */
public final class AuditLog {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  private final Path file;
  private final Config admin;

  AuditLog(Path file, Config admin) {
    this.file = file;
    this.admin = admin;
  }

  /** A place in the log. */
  public record Mark(long offset) {}

  /** One call. Members that a call does not have are empty. */
  public record Call(
      String user,
      String userAgent,
      String verb,
      String resource,
      String subresource,
      String namespace,
      String name,
      int code,
      String uri) {

    public boolean isWrite() {
      return WRITES.contains(verb);
    }

    @Override
    public String toString() {
      var what = subresource.isEmpty() ? resource : resource + "/" + subresource;
      return verb + " " + what + " " + namespace + "/" + name + " " + code;
    }
  }

  /** The end of the log: calls answered before now are before it. */
  public Mark mark() {
    catchUp();
    try {
      return new Mark(Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calls answered since {@code mark} that match. */
  public List<Call> since(Mark mark, Predicate<Call> filter) {
    catchUp();
    return read(mark.offset()).stream().filter(filter).toList();
  }

  /** The log is written in order, so a call of our own shows how far it has come. */
  private void catchUp() {
    long before;
    try {
      before = Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var marker = "audit-mark-" + UUID.randomUUID();
    try (var client = new KubernetesClientBuilder().withConfig(admin).build()) {
      var unused = client.configMaps().inNamespace("default").withName(marker).get();
    }
    Awaitility.await("the audit log")
        .atMost(20, SECONDS)
        .pollInterval(20, MILLISECONDS)
        .until(() -> read(before).stream().anyMatch(call -> call.name().equals(marker)));
  }

  private List<Call> read(long offset) {
    try (var log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(offset);
      var bytes = new byte[(int) (log.length() - offset)];
      log.readFully(bytes);
      var calls = new ArrayList<Call>();
      var text = new String(bytes, StandardCharsets.UTF_8);
      // The server writes on: the last line may be half there, and so may the one that was being
      // written where the reading starts, which belongs to what was before.
      int start = startsLine(log, offset) ? 0 : text.indexOf('\n') + 1;
      int end = Math.max(text.lastIndexOf('\n'), start);
      for (var line : text.substring(start, end).split("\n", -1)) {
        if (!line.isBlank()) {
          calls.add(call(JSON.readTree(line)));
        }
      }
      return calls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean startsLine(RandomAccessFile log, long offset) throws IOException {
    if (offset == 0) {
      return true;
    }
    log.seek(offset - 1);
    return log.read() == '\n';
  }

  private static Call call(JsonNode event) {
    var object = event.path("objectRef");
    return new Call(
        event.at("/user/username").asText(),
        event.path("userAgent").asText(),
        event.path("verb").asText(),
        object.path("resource").asText(),
        object.path("subresource").asText(),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.at("/responseStatus/code").asInt(),
        event.path("requestURI").asText());
  }
}
