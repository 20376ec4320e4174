package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.credentials.CredentialValue;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.status.PlatformHealth;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.Inputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each platform whose API is ready every {@link #INTERVAL}, beside the reconciles, does what
 * is wished of its runners, and tells when an answer has changed. A platform that does not answer
 * is asked no more often.
 */
public final class PlatformPolls implements PlatformWatch {

  private static final Logger LOG = LoggerFactory.getLogger(PlatformPolls.class);

  /** Between two looks at a platform. */
  public static final Duration INTERVAL = Duration.ofSeconds(15);

  private final CredentialValues values;
  private final Optional<String> url;
  private final Duration interval;
  private final Consumer<Owner> changed;
  private final Clock clock;
  private final DaytonaClient client = new DaytonaClient();
  private final Map<String, Poll> polls = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("polls").factory());
  private final ExecutorService callers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("poll-", 0).factory());

  /** What is asked and wished of one installation, and what it answered last. */
  private static final class Poll {
    final Owner owner;
    final Instant begun;
    final FleetMemory memory = new FleetMemory();
    final SnapshotKeeper keeper;
    final FirstUsers users;
    final AdminQuotas quotas;
    final AtomicBoolean busy = new AtomicBoolean();
    volatile Inputs inputs;
    volatile PlatformWishes wishes;
    volatile Standing standing;
    volatile PlatformView view = PlatformView.unknown("not asked yet");
    volatile Optional<ScheduledFuture<?>> schedule = Optional.empty();

    Poll(Owner owner, Inputs inputs, PlatformWishes wishes, Standing standing, Clock clock) {
      this.owner = owner;
      this.keeper = new SnapshotKeeper(clock);
      this.users = new FirstUsers(clock);
      var quota = AdminQuotas.Wish.of(inputs).quota();
      this.quotas =
          new AdminQuotas(clock, wishes.quotas().filter(quota.toString()::equals).map(q -> quota));
      this.inputs = inputs;
      this.wishes = wishes;
      this.standing = standing;
      this.begun = clock.instant();
    }

    /** Something is under way that no event of the cluster tells of. */
    boolean moving() {
      return wishes.runners().stream()
          .anyMatch(w -> w.goal() != RunnerWish.Goal.SERVE || w.counted());
    }
  }

  /**
   * Nothing is asked until {@link #follow} has been called for an API that is ready.
   *
   * @param url where all platforms are asked; absent: each at its Service
   * @param interval between two looks at a platform
   * @param changed told when an answer differs from the one before
   */
  public PlatformPolls(
      CredentialValues values,
      Optional<String> url,
      Duration interval,
      Consumer<Owner> changed,
      Clock clock) {
    this.values = values;
    this.url = url;
    this.interval = interval;
    this.changed = changed;
    this.clock = clock;
  }

  @Override
  public PlatformView view(Owner owner) {
    var poll = polls.get(owner.uid());
    return poll == null ? PlatformView.unknown("not asked before the API is ready") : poll.view;
  }

  @Override
  public void follow(Owner owner, Inputs inputs, PlatformWishes wishes, Standing standing) {
    if (standing == Standing.AWAY) {
      forget(owner.uid());
      return;
    }
    var poll = polls.computeIfAbsent(owner.uid(), uid -> begun(owner, inputs, wishes, standing));
    boolean news = !poll.wishes.equals(wishes);
    poll.inputs = inputs;
    poll.wishes = wishes;
    poll.standing = standing;
    if (news && poll.view.fleet().isPresent()) {
      callers.execute(() -> ask(poll)); // a platform that answers need not be waited for
    }
  }

  private Poll begun(Owner owner, Inputs inputs, PlatformWishes wishes, Standing standing) {
    var poll = new Poll(owner, inputs, wishes, standing, clock);
    poll.schedule =
        Optional.of(
            timer.scheduleWithFixedDelay(
                () -> callers.execute(() -> ask(poll)),
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS));
    return poll;
  }

  /** Never two at once for one platform. */
  private void ask(Poll poll) {
    if (!poll.busy.compareAndSet(false, true)) {
      return;
    }
    try {
      var before = poll.view;
      boolean moving = poll.moving();
      var answer = look(poll);
      poll.view = answer;
      if (moving || !answer.agrees(before)) {
        changed.accept(poll.owner);
      }
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("name", poll.owner.name()).setCause(e).log("platform check failed");
    } finally {
      poll.busy.set(false);
    }
  }

  private PlatformView look(Poll poll) {
    var inputs = poll.inputs;
    var trouble = check(poll.owner, inputs).trouble(client);
    if (trouble.isPresent()) {
      return PlatformView.without(trouble.get());
    }
    try {
      var found = fleet(poll, inputs);
      return found.view().isPresent()
          ? look(poll, inputs, found.view().get())
          : PlatformView.without(PlatformCheck.unreachable(found.refusal()));
    } catch (NoAnswerException e) {
      return PlatformView.without(PlatformCheck.unreachable(String.valueOf(e.getMessage())));
    }
  }

  private FleetDriver.Look fleet(Poll poll, Inputs inputs) throws NoAnswerException {
    var driver =
        new FleetDriver(
            admin(poll, inputs),
            inputs.spec().sandboxes().defaultRegion().id(),
            reference -> values.read(poll.owner, reference),
            poll.memory,
            Cliff.of(inputs.spec()));
    return driver.look(
        poll.wishes.runners(),
        inputs.spec().runners().stream().map(pool -> pool.name()).toList(),
        poll.begun,
        clock.instant(),
        poll.standing == Standing.SERVED);
  }

  /** What there shall be besides runners; a little of it each time. */
  private PlatformView look(Poll poll, Inputs inputs, FleetView fleet) throws NoAnswerException {
    var admin = admin(poll, inputs);
    boolean served = poll.standing == Standing.SERVED;
    var snapshot =
        cpuRunners(inputs)
            ? poll.keeper.step(admin, SnapshotWish.of(inputs), fleet, served)
            : new Answer(PlatformHealth.Verdict.NOT_APPLICABLE, "no runner for CPU sandboxes");
    var wanted = FirstUsers.wanted(inputs);
    var users = poll.users.step(admin, wanted, served);
    var quota = AdminQuotas.Wish.of(inputs);
    var quotas = poll.quotas.step(admin, quota, served);
    return new PlatformView(
        true,
        PlatformCheck.reached(snapshot, users.or(() -> quotas)),
        Optional.of(fleet),
        poll.users.complete(wanted),
        poll.quotas.served().map(OrganisationQuota::toString));
  }

  private DaytonaAdmin admin(Poll poll, Inputs inputs) {
    return new DaytonaAdmin(
        client, base(inputs), () -> value(poll.owner, inputs, Credential.ADMIN_API_KEY));
  }

  private String base(Inputs inputs) {
    return url.orElse(inputs.endpoints().internalApi());
  }

  private PlatformCheck check(Owner owner, Inputs inputs) {
    return new PlatformCheck(
        base(inputs),
        inputs.endpoints().publicIssuer(),
        value(owner, inputs, Credential.HEALTH_CHECK_API_KEY));
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
  public Map<Owner, FleetView> fleets() {
    var fleets = new HashMap<Owner, FleetView>();
    polls.values().forEach(p -> p.view.fleet().ifPresent(fleet -> fleets.put(p.owner, fleet)));
    return fleets;
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
