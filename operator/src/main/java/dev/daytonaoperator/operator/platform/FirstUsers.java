package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Refused;
import dev.daytonaoperator.operator.platform.Reply.Success;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import dev.daytonaoperator.services.Inputs;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the users of the bundled Dex in Daytona before they log in. Daytona would make them then,
 * but with an organisation that has no default region, in which no sandbox can be created (contract
 * 6.3), and never as administrators.
 *
 * <p>Who is there is left alone for ever, whatever the spec says: they and their administrators may
 * have changed what they are.
 */
public final class FirstUsers {

  private static final Logger LOG = LoggerFactory.getLogger(FirstUsers.class);

  /** Per step: the API makes a key pair of 4096 bits for each, which takes it seconds. */
  private static final int AT_ONCE = 2;

  private final InstantSource clock;
  private final Set<String> there = new HashSet<>();
  private final Map<String, Refusal> refusals = new HashMap<>();

  /** What came of earlier attempts at one user. */
  private static final class Refusal {
    final Backoff backoff = new Backoff();
    String words = "";
    boolean withoutEmail;
  }

  public FirstUsers(InstantSource clock) {
    this.clock = clock;
  }

  /** The users that the spec declares; none where another provider knows them. */
  public static List<NewUser> wanted(Inputs inputs) {
    var auth = inputs.spec().auth();
    if (auth.type() != Auth.Type.Dex) {
      return List.of();
    }
    return auth.dex().users().stream().flatMap(user -> wanted(inputs, user).stream()).toList();
  }

  private static Optional<NewUser> wanted(Inputs inputs, Auth.User user) {
    var name = Objects.requireNonNull(user.username());
    return Optional.ofNullable(inputs.credentials().dexUsers().get(name))
        .map(
            login ->
                new NewUser(
                    DexSubject.of(login.userId()),
                    name,
                    user.email(),
                    user.role() == Auth.User.Role.Admin ? NewUser.Role.ADMIN : NewUser.Role.USER,
                    inputs.spec().sandboxes().defaultRegion().id(),
                    true,
                    Optional.empty()));
  }

  /** Whether each of them is known to be in Daytona. */
  public boolean complete(List<NewUser> wanted) {
    return wanted.stream().allMatch(user -> there.contains(user.id()));
  }

  /**
   * Looks who is missing and makes some of them: a list, and at most {@value #AT_ONCE} further
   * calls; none when nothing is due.
   *
   * @param acting false to look only
   * @return what is missing; empty when all are there
   * @throws NoAnswerException when it could not be done or, perhaps, was
   */
  public Optional<Answer> step(DaytonaAdmin admin, List<NewUser> wanted, boolean acting)
      throws NoAnswerException {
    if (complete(wanted)) {
      return Optional.empty();
    }
    if (wanted.stream().anyMatch(user -> isMissing(user) && isDue(user))) {
      switch (admin.users()) {
        case Success<List<UserRow>>(var rows) -> rows.forEach(row -> there.add(row.id()));
        case Refused<List<UserRow>> refused -> {
          return Optional.of(new Answer(Verdict.UNKNOWN, "users: " + refused.message()));
        }
      }
      if (acting) {
        make(admin, wanted);
      }
    }
    return wanted.stream().filter(this::isMissing).findFirst().map(this::told);
  }

  private void make(DaytonaAdmin admin, List<NewUser> wanted) throws NoAnswerException {
    var due =
        wanted.stream().filter(user -> isMissing(user) && isDue(user)).limit(AT_ONCE).toList();
    for (var user : due) {
      make(admin, user);
    }
  }

  private void make(DaytonaAdmin admin, NewUser user) throws NoAnswerException {
    var before = refusals.get(user.id());
    boolean withoutEmail = before != null && before.withoutEmail;
    switch (admin.createUser(withoutEmail ? user.withoutEmail() : user)) {
      case Success<String> made -> {
        there.add(user.id());
        refusals.remove(user.id());
        LOG.atInfo().addKeyValue("user", user.name()).log("user made in Daytona");
      }
      case Refused<String> refused -> {
        var refusal = refusals.computeIfAbsent(user.id(), id -> new Refusal());
        refusal.words = refused.message();
        if (!withoutEmail && refused.status() == 400 && refused.words().contains("email")) {
          // Daytona takes no address such as dev@localhost here, but from the token at the login.
          refusal.withoutEmail = true;
        } else {
          refusal.backoff.failed(clock.instant());
        }
      }
    }
  }

  private boolean isMissing(NewUser user) {
    return !there.contains(user.id());
  }

  private boolean isDue(NewUser user) {
    var refusal = refusals.get(user.id());
    return refusal == null || refusal.backoff.due(clock.instant());
  }

  private Answer told(NewUser user) {
    var subject = "user '" + user.name() + "' is not in Daytona yet";
    var refusal = refusals.get(user.id());
    if (refusal == null) {
      return new Answer(Verdict.BAD, subject);
    }
    var again =
        refusal.backoff.due(clock.instant())
            ? ""
            : "; tried again at " + refusal.backoff.notBefore().truncatedTo(ChronoUnit.SECONDS);
    return new Answer(Verdict.BAD, subject + ": " + refusal.words + again);
  }
}
