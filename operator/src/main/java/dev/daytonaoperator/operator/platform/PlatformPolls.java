package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Inputs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each platform whose API is ready every {@link #INTERVAL}, beside the reconciles, and tells
 * when the answer has changed. A platform that does not answer is asked no more often.
 */
public final class PlatformPolls implements PlatformWatch {

  private static final Logger LOG = LoggerFactory.getLogger(PlatformPolls.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /** What is asked of one installation, and what it answered last. */
  private static final class Poll {
    volatile Owner owner;
    volatile Inputs inputs;
    volatile PlatformHealth health = PlatformHealth.unknown("not asked yet");
    volatile Optional<ScheduledFuture<?>> schedule = Optional.empty();

    Poll(Owner owner, Inputs inputs) {
      this.owner = owner;
      this.inputs = inputs;
    }
  }

  private final CredentialValues values;
  private final Optional<String> url;
  private final Consumer<Owner> changed;
  private final DaytonaClient client = new DaytonaClient();
  private final Map<String, Poll> polls = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("polls").factory());
  private final ExecutorService callers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("poll-", 0).factory());

  /**
   * Nothing is asked until {@link #health} has been called for an API that is ready.
   *
   * @param url where all platforms are asked; absent: each at its Service
   * @param changed told when an answer differs from the one before
   */
  public PlatformPolls(CredentialValues values, Optional<String> url, Consumer<Owner> changed) {
    this.values = values;
    this.url = url;
    this.changed = changed;
  }

  @Override
  public PlatformHealth health(Owner owner, Inputs inputs, boolean apiReady) {
    if (!apiReady) {
      forget(owner.uid());
      return PlatformHealth.unknown("not asked before the API is ready");
    }
    var poll = polls.computeIfAbsent(owner.uid(), uid -> begun(owner, inputs));
    poll.owner = owner;
    poll.inputs = inputs;
    return poll.health;
  }

  private Poll begun(Owner owner, Inputs inputs) {
    var poll = new Poll(owner, inputs);
    poll.schedule =
        Optional.of(
            timer.scheduleWithFixedDelay(
                () -> callers.execute(() -> ask(poll)),
                0,
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS));
    return poll;
  }

  private void ask(Poll poll) {
    try {
      var answer = check(poll.owner, poll.inputs).ask(client);
      if (!answer.equals(poll.health)) {
        poll.health = answer;
        changed.accept(poll.owner);
      }
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("name", poll.owner.name()).setCause(e).log("platform check failed");
    }
  }

  private PlatformCheck check(Owner owner, Inputs inputs) {
    return new PlatformCheck(
        url.orElse(inputs.endpoints().internalApi()),
        inputs.endpoints().publicIssuer(),
        cpuRunners(inputs)
            ? Optional.of(inputs.spec().sandboxes().defaultSnapshot())
            : Optional.empty(),
        value(owner, inputs, Credential.HEALTH_CHECK_API_KEY),
        value(owner, inputs, Credential.ADMIN_API_KEY));
  }

  /** A runner with GPUs takes GPU sandboxes only, and so no general snapshot (contract 5.7). */
  private static boolean cpuRunners(Inputs inputs) {
    return inputs.spec().runners().stream()
        .anyMatch(pool -> pool.gpu() == null && pool.replicas() > 0);
  }

  private Optional<CredentialValue> value(Owner owner, Inputs inputs, Credential credential) {
    return inputs.credentials().find(credential).flatMap(ref -> values.read(owner, ref));
  }

  @Override
  public void retain(Set<String> uids) {
    polls.keySet().stream().filter(uid -> !uids.contains(uid)).forEach(this::forget);
  }

  private void forget(String uid) {
    Optional.ofNullable(polls.remove(uid))
        .flatMap(poll -> poll.schedule)
        .ifPresent(schedule -> schedule.cancel(false));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    callers.shutdownNow();
  }
}
