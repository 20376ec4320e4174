package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.operator.apply.ApplyResult;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.credentials.CredentialOutcome;
import dev.daytonaoperator.operator.state.ImmutableFacts;
import dev.daytonaoperator.operator.status.Problem;
import java.util.ArrayList;
import java.util.List;

/** What stops a pass, or is left open by it, in words for people. */
final class Problems {

  private Problems() {}

  /** What came of applying the objects. */
  static List<Problem> of(ApplyResult applied, Volumes volumes) {
    var problems = new ArrayList<Problem>();
    applied.conflicts().forEach(c -> problems.add(conflict(c.key())));
    applied.rejected().forEach(r -> problems.add(volumes.problem(r)));
    problems.addAll(volumes.problems());
    applied.faults().forEach(f -> problems.add(Problem.waiting(Reason.Progressing, f)));
    applied.dying().stream().findFirst().ifPresent(key -> problems.add(ending(key)));
    return problems;
  }

  /** What stands in the way of credentials. */
  static List<Problem> of(CredentialOutcome.Blocked blocked) {
    return blocked.problems().stream()
        .map(
            p -> {
              var reason = Reason.valueOf(p.reason().name());
              var message = p.path() + ": " + p.message();
              return reason == Reason.SecretNotFound
                  ? Problem.waiting(reason, message)
                  : Problem.stalled(reason, message);
            })
        .toList();
  }

  static Problem notPrivileged(String namespace, String level) {
    return Problem.stalled(
        Reason.NamespaceNotPrivileged,
        "namespace "
            + namespace
            + " enforces Pod Security level '"
            + level
            + "', but the runner is privileged: label it"
            + " pod-security.kubernetes.io/enforce=privileged or set spec.runners: []");
  }

  static Problem conflict(ObjectKey key) {
    return Problem.stalled(
        Reason.NameConflict,
        key + " belongs to somebody else; rename or remove it, or rename the installation");
  }

  static Problem ending(ObjectKey key) {
    return Problem.waiting(
        Reason.WaitingForDependency, key + " of an earlier resource is still being deleted");
  }

  static Problem dataLost(ObjectKey claim) {
    return Problem.stalled(
        Reason.DataLost,
        claim
            + " with the database is gone: restore it under this name, or delete the ConfigMap of"
            + " the recorded state to start with an empty database");
  }

  static Problem stale() {
    return Problem.waiting(Reason.Progressing, "the recorded state changed; looking again");
  }

  static Problem immutable(ImmutableFacts.Change change) {
    return Problem.stalled(
        Reason.ImmutableFieldChanged,
        change.path()
            + " is '"
            + change.wanted()
            + "' but the data were made with '"
            + change.recorded()
            + "'; set it back");
  }
}
