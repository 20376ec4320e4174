package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads from Daytona's HTTP API (contract section 7). A call ends within {@link #LIMIT}, answers
 * are cut at {@link #LONGEST_BODY} bytes, and neither credentials nor bodies get into messages.
 */
public final class DaytonaClient {

  static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int LONGEST_BODY = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(LIMIT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * An answer.
   *
   * @param body what it says; a missing node when it is not JSON
   */
  public record Answer(int status, JsonNode body) {}

  /** There was no answer. The message says what happened in words for the status. */
  public static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads one resource.
   *
   * @param bearer sent as bearer token when present
   * @throws NoAnswerException when the API cannot be reached or takes too long
   */
  public Answer get(URI uri, Optional<CredentialValue> bearer) throws NoAnswerException {
    var request = HttpRequest.newBuilder(uri).timeout(LIMIT).header("Accept", "application/json");
    bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token.reveal()));
    try {
      var response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return new Answer(response.statusCode(), json(body.readNBytes(LONGEST_BODY)));
      }
    } catch (IOException e) {
      throw new NoAnswerException("no answer from " + uri.getAuthority() + ": " + words(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswerException("interrupted", e);
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      var tree = JSON.readTree(body);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (IOException e) {
      return MissingNode.getInstance(); // an error page of something in between
    }
  }

  private static String words(IOException e) {
    var message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName().replaceAll("Exception$", "")
        : message;
  }
}
