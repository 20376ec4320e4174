package dev.daytonaoperator.operator;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.AuditLog.Call;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What the operator did in one namespace, by the API server's own record. */
final class OperatorCalls {

  private static final Duration QUIET = Duration.ofMillis(1500);

  private final AuditLog audit;
  private final String namespace;
  private AuditLog.Mark mark;

  OperatorCalls(AuditLog audit, String namespace) {
    this.audit = audit;
    this.namespace = namespace;
    this.mark = audit.mark();
  }

  /** Counts from here on. */
  void restart() {
    mark = audit.mark();
  }

  /** Calls since the start, watches apart: they carry no request of their own. */
  List<Call> all() {
    return since(call -> !call.verb().equals("watch"));
  }

  List<Call> writes() {
    return since(Call::isWrite);
  }

  /** Writes to anything but the resource's own status; Events are no objects of it. */
  List<Call> childWrites() {
    return since(call -> call.isWrite() && !statusWrite(call) && !event(call));
  }

  List<Call> events() {
    return since(call -> call.isWrite() && event(call));
  }

  List<Call> statusWrites() {
    return since(call -> call.isWrite() && statusWrite(call));
  }

  private static boolean event(Call call) {
    return call.resource().equals("events");
  }

  private static boolean statusWrite(Call call) {
    return call.resource().equals("daytonainstallations");
  }

  private List<Call> since(Predicate<Call> filter) {
    return audit.since(
        mark,
        call ->
            call.namespace().equals(namespace)
                && call.userAgent().startsWith("daytona-operator")
                && filter.test(call));
  }

  /** Waits until the operator has written nothing for a while. */
  void awaitQuiet() {
    var seen = new int[] {-1};
    Awaitility.await("no more writes")
        .atMost(60, SECONDS)
        .pollInterval(QUIET)
        .until(
            () -> {
              int now = writes().size();
              boolean quiet = now == seen[0];
              seen[0] = now;
              return quiet;
            });
  }
}
