package dev.daytonaoperator.testing.daytona;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Daytona's API as an operator sees it, over HTTP, and the hands of others on it: runners that
 * report, users who place sandboxes, people who edit rows.
 *
 * <p>Nobody listens until {@link #start}; stopping and starting again keeps the rows, as the
 * database does.
 */
public final class FakeDaytona implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(FakeDaytona.class.getName());
  private static final Duration SWEEP = Duration.ofMillis(50);

  private final Platform platform;
  private final Api api;
  private final Faults faults = new Faults();
  private final Listener listener;
  private final Rows rows;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("fake-daytona").factory());

  private FakeDaytona(InstantSource clock, Timing timing) {
    this.platform = new Platform(clock, timing);
    this.api = new Api(platform);
    this.rows = new Rows(platform);
    this.listener = new Listener(this::answer, faults, clock);
  }

  /** One whose time passes by itself. */
  public static FakeDaytona running(Timing timing) {
    var fake = new FakeDaytona(InstantSource.system(), timing);
    var unused =
        fake.timer.scheduleWithFixedDelay(
            fake::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    return fake;
  }

  /** One whose time is the test's: nothing happens by itself but in {@link #sweep}. */
  public static FakeDaytona at(InstantSource clock, Timing timing) {
    return new FakeDaytona(clock, timing);
  }

  /** The API's URL with {@code /api}; the same for ever. */
  public String url() {
    return listener.url();
  }

  /** The API's process starts with this environment, and seeds what is missing. */
  public void start(Environment environment) {
    synchronized (platform) {
      platform.start(environment);
    }
    listener.open();
  }

  /** The process ends: connections break, and nobody listens. */
  public void stop() {
    faults.heal();
    listener.close();
  }

  public void restart() {
    stop();
    start(locked(platform::environment));
  }

  /** What the tables hold, and the hands of others on it. */
  public Rows rows() {
    return rows;
  }

  public Faults faults() {
    return faults;
  }

  /** Whether the API reaches its database and cache. */
  public void dependencies(boolean there) {
    locked(() -> api.dependencies = there);
  }

  /** Every request so far, in order. */
  public List<Call> calls() {
    return listener.calls();
  }

  public void forgetCalls() {
    listener.forgetCalls();
  }

  /**
   * A runner reports.
   *
   * @return whether somebody listens and knows its token
   */
  public boolean heartbeat(String token, Usage usage) {
    return locked(
        () -> {
          if (!works()) {
            return false;
          }
          var row =
              platform.tables.runners.values().stream()
                  .filter(r -> r.token.equals(token))
                  .findFirst();
          row.ifPresent(r -> report(r, usage));
          return row.isPresent();
        });
  }

  /**
   * Runners report all the time.
   *
   * @param live the tokens of those that live at the moment, and what each reports
   */
  public void heartbeats(Duration every, Supplier<Map<String, Usage>> live) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> report(live), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void report(Supplier<Map<String, Usage>> live) {
    try {
      live.get().forEach(this::heartbeat);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the test could not say which runners live", e);
    }
  }

  private boolean works() {
    return listener.isOpen() && api.dependencies;
  }

  private void report(Runner runner, Usage usage) {
    int started = (int) platform.tables.sandboxes(runner.id, "started");
    runner.report(usage, usage.startedSandboxes().orElse(started), platform.clock.instant());
  }

  /** What the API's timers do; only for one made by {@link #at}. */
  public void sweep() {
    locked(
        () -> {
          if (works()) {
            platform.sweep();
          }
          return true;
        });
  }

  private Response answer(Request request) {
    return locked(() -> api.answer(request));
  }

  private <T> T locked(Supplier<T> work) {
    synchronized (platform) {
      return work.get();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    stop();
  }
}
