package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says a failure in the API server's own words: the client adds a URL and a dump around them. */
public final class Words {

  private Words() {}

  public static String of(KubernetesClientException e) {
    var status = e.getStatus();
    return firstLine(status == null ? e.getMessage() : status.getMessage());
  }

  private static String firstLine(@Nullable String message) {
    return Objects.requireNonNullElse(message, "no answer").lines().findFirst().orElse("");
  }
}
