package dev.daytonaoperator.operator.credentials;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the calls of one client, and can cut it off after some of them as a crash does. */
public final class Calls implements Interceptor {

  /** The process died. */
  public static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final List<String> calls = new ArrayList<>();
  private final AtomicInteger allowed = new AtomicInteger(Integer.MAX_VALUE);

  public KubernetesClient client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("calls", this))
        .build();
  }

  public void dieAfter(int writes) {
    allowed.set(writes);
  }

  /** Verb and path of the calls since the last time, in order. */
  public synchronized List<String> take() {
    var taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  @Override
  public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (allowed.getAndDecrement() <= 0) {
      throw new Killed();
    }
    calls.add(request.method() + " " + request.uri().getPath());
  }
}
