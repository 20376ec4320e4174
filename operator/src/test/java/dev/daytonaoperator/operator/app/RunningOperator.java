package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The whole operator inside the test's process, on the shared control plane. */
public final class RunningOperator implements AutoCloseable {

  private static final Duration LOOKS = Duration.ofSeconds(1);

  private final OperatorProcess process;
  private final Crash crash;

  private RunningOperator(
      ControlPlane controlPlane, Set<String> namespaces, Crash crash, Optional<String> platform) {
    this.crash = crash;
    var settings =
        new Settings(
            "default",
            namespaces,
            false,
            0,
            Optional.of("cluster.local"),
            platform.isPresent(),
            platform);
    var client =
        OperatorProcess.client(controlPlane.config())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("crash", crash))
            .build();
    try {
      process = OperatorProcess.start(settings, client, LOOKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one that serves these namespaces; returns when its caches have synced. */
  public static RunningOperator in(ControlPlane controlPlane, String... namespaces) {
    return new RunningOperator(
        controlPlane, Set.of(namespaces), new Crash(Integer.MAX_VALUE), Optional.empty());
  }

  /** Starts one that asks Daytona at this URL, every second. */
  public static RunningOperator asking(
      String platform, ControlPlane controlPlane, String... namespaces) {
    return new RunningOperator(
        controlPlane, Set.of(namespaces), new Crash(Integer.MAX_VALUE), Optional.of(platform));
  }

  /** One that asks Daytona and can do this many writes to the API server. */
  public static RunningOperator askingAndDyingAfter(
      int writes, String platform, ControlPlane controlPlane, String... namespaces) {
    return new RunningOperator(
        controlPlane, Set.of(namespaces), new Crash(writes), Optional.of(platform));
  }

  /** Port of metrics and probes. */
  public int port() {
    return process.port();
  }

  /** Starts one that can do this many writes; the next one and all other calls never leave it. */
  public static RunningOperator dyingAfter(
      int writes, ControlPlane controlPlane, String... namespaces) {
    return new RunningOperator(
        controlPlane, Set.of(namespaces), new Crash(writes), Optional.empty());
  }

  /** Counted down at the crash. */
  public CountDownLatch crashed() {
    return crash.happened;
  }

  @Override
  public void close() {
    process.close();
  }

  /** Cuts a process off after its n-th write, as a kill does: no call leaves it any more. */
  private static final class Crash implements Interceptor {

    private final AtomicInteger left;
    private final CountDownLatch happened = new CountDownLatch(1);

    Crash(int writes) {
      left = new AtomicInteger(writes);
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      boolean write = !request.method().equals("GET");
      if (write && left.getAndDecrement() <= 0) {
        happened.countDown();
      }
      if (happened.getCount() == 0) {
        throw new Killed();
      }
    }
  }

  /** The process died. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
