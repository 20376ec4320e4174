package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * What goes wrong. One fault at a time; the predicates see method and path, such as {@code GET
 * /admin/runners}.
 */
public final class Faults {

  /** What happens to a request. */
  sealed interface Fault {

    /** It is not looked at, and gets this answer. */
    record Instead(int status, String body) implements Fault {}

    /** It is not looked at, and never gets an answer. */
    record Hang() implements Fault {}

    /** The headers come at once, the body never ends. */
    record Trickle() implements Fault {}

    /** It is done, but the connection breaks before its answer is seen. */
    record LoseAnswer() implements Fault {}

    /** It is done, late. */
    record Slow(Duration by) implements Fault {}
  }

  private record Rule(Predicate<String> matches, Fault fault) {}

  private volatile Optional<Rule> rule = Optional.empty();
  private volatile CountDownLatch healed = new CountDownLatch(0);

  /** Matching requests fail with this status, as a broken API's do. */
  public void answer(int status, Predicate<String> matches) {
    answer(status, "An unexpected error occurred.", matches);
  }

  /** Matching requests fail with this status and these words. */
  public void answer(int status, String message, Predicate<String> matches) {
    var body = JsonNodeFactory.instance.objectNode().put("statusCode", status);
    become(new Fault.Instead(status, body.put("message", message).toString()), matches);
  }

  /** Matching requests get a page of something in between, with status 200. */
  public void garbage(Predicate<String> matches) {
    become(new Fault.Instead(200, "<html><body>Please log in</body></html>"), matches);
  }

  /** Matching requests get this body with status 200. */
  public void say(String body, Predicate<String> matches) {
    become(new Fault.Instead(200, body), matches);
  }

  public void hang(Predicate<String> matches) {
    become(new Fault.Hang(), matches);
  }

  public void trickle(Predicate<String> matches) {
    become(new Fault.Trickle(), matches);
  }

  public void loseAnswers(Predicate<String> matches) {
    become(new Fault.LoseAnswer(), matches);
  }

  public void slow(Duration by, Predicate<String> matches) {
    become(new Fault.Slow(by), matches);
  }

  /** All is well again; requests that hang are dropped. */
  public void heal() {
    rule = Optional.empty();
    healed.countDown();
  }

  private void become(Fault fault, Predicate<String> matches) {
    healed.countDown();
    healed = new CountDownLatch(1);
    rule = Optional.of(new Rule(matches, fault));
  }

  Optional<Fault> of(String line) {
    return rule.filter(r -> r.matches().test(line)).map(Rule::fault);
  }

  /** Until {@link #heal}, at most for a minute. */
  CountDownLatch healed() {
    return healed;
  }
}
