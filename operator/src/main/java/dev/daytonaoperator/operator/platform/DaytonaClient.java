package dev.daytonaoperator.operator.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Speaks HTTP with Daytona's API (contract section 7). A call ends within its limit, its body
 * included; answers longer than {@link #LONGEST_BODY} bytes are none; redirects are not followed;
 * neither credentials nor bodies get into messages.
 */
public final class DaytonaClient {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Creating a snapshot may block for half a minute (contract section 11). */
  private static final Duration LONG_LIMIT = Duration.ofSeconds(35);

  private static final int LONGEST_BODY = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Duration limit;
  private final Duration longLimit;
  private final HttpClient http;

  public DaytonaClient() {
    this(LIMIT, LONG_LIMIT);
  }

  DaytonaClient(Duration limit, Duration longLimit) {
    this.limit = limit;
    this.longLimit = longLimit;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * An answer.
   *
   * @param body what it says; a missing node when it is not JSON
   */
  public record Answer(int status, JsonNode body) {}

  /** There was no answer. The message says what happened in words for the status. */
  public static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }

    NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads one resource; once more when the connection breaks on the way, as it does when the API is
   * replaced. Not after a time-out, nor when nobody listens: the next poll comes soon.
   *
   * @param bearer sent as bearer token when present
   * @throws NoAnswerException when the API cannot be reached or takes too long
   */
  public Answer get(URI uri, Optional<CredentialValue> bearer) throws NoAnswerException {
    var request = request("GET", uri, BodyPublishers.noBody(), bearer);
    try {
      return answer(request, limit);
    } catch (HttpTimeoutException | ConnectException e) {
      throw noAnswer(uri, e);
    } catch (IOException broken) {
      try {
        return answer(request, limit);
      } catch (IOException e) {
        throw noAnswer(uri, e);
      }
    }
  }

  /**
   * Changes something. Never repeated here: whether it was done must be seen first.
   *
   * @param body sent as JSON; a missing node sends none
   * @throws NoAnswerException when the API cannot be reached or takes too long
   */
  Answer send(String method, URI uri, JsonNode body, Optional<CredentialValue> bearer)
      throws NoAnswerException {
    return send(method, uri, body, bearer, limit);
  }

  /** Like {@link #send} for what takes the API its time. */
  Answer sendAndWait(String method, URI uri, JsonNode body, Optional<CredentialValue> bearer)
      throws NoAnswerException {
    return send(method, uri, body, bearer, longLimit);
  }

  private Answer send(
      String method, URI uri, JsonNode body, Optional<CredentialValue> bearer, Duration within)
      throws NoAnswerException {
    var content =
        body.isMissingNode() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    try {
      return answer(request(method, uri, content, bearer), within);
    } catch (IOException e) {
      throw noAnswer(uri, e);
    }
  }

  private static HttpRequest request(
      String method, URI uri, BodyPublisher content, Optional<CredentialValue> bearer) {
    var request =
        HttpRequest.newBuilder(uri).method(method, content).header("Accept", "application/json");
    if (content.contentLength() > 0) {
      request.header("Content-Type", "application/json");
    }
    bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token.reveal()));
    return request.build();
  }

  /** The request's own time-out ends with the headers; a body may trickle for ever. */
  private Answer answer(HttpRequest request, Duration within)
      throws IOException, NoAnswerException {
    var body = BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY);
    var call = http.sendAsync(request, body);
    try {
      HttpResponse<byte[]> response = call.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), json(response.body()));
    } catch (TimeoutException e) {
      call.cancel(true);
      var late = new HttpTimeoutException("nothing within " + within.toSeconds() + " s");
      late.initCause(e);
      throw late;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("the call failed", e.getCause());
    } catch (CancellationException e) {
      throw new IOException("the call was given up", e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new NoAnswerException("interrupted", e);
    }
  }

  private static NoAnswerException noAnswer(URI uri, IOException e) {
    return new NoAnswerException("no answer from " + uri.getAuthority() + ": " + words(e), e);
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
