package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.state.InstallationState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which of the operator's own credentials are made anew now, because a counter was raised (contract
 * 4.1). A value that nothing durable depends on simply changes. One that is copied elsewhere
 * changes when its copy can follow; one that opens its own copy is first put there, beside the old
 * one.
 */
final class Rotations {

  private final Map<String, Integer> wanted;
  private final InstallationState state;
  private final boolean begin;
  private final Map<Rotation, Integer> reached = new EnumMap<>(Rotation.class);

  /**
   * @param wanted the counters of the spec
   * @param begin false to look without making anything
   */
  Rotations(Map<String, Integer> wanted, InstallationState state, boolean begin) {
    this.wanted = wanted;
    this.state = state;
    this.begin = begin;
  }

  /** Drops what shall be made anew; whoever needs it makes it. */
  void renew(Rotation rotation, SecretDraft draft, List<String> keys) {
    if (due(rotation, draft)) {
      keys.forEach(draft::drop);
      count(rotation, draft);
    }
    reached(rotation, draft);
  }

  /**
   * Replaces a value of which there is a copy elsewhere.
   *
   * @param settled whether the copy is there and equals the present value
   */
  void replace(
      Rotation rotation,
      SecretDraft draft,
      String key,
      Supplier<String> make,
      BooleanSupplier settled) {
    if (due(rotation, draft)) {
      if (draft.value(key).isEmpty()) {
        count(rotation, draft); // the first one, which is yet to be made
      } else if (settled.getAsBoolean()) {
        draft.put(key, make.get());
        count(rotation, draft);
      }
    }
    reached(rotation, draft);
  }

  /**
   * Replaces a value in two steps: the next one stands beside it until it is in force where it
   * opens something.
   *
   * @param mayBegin whether there is anything that it opens
   * @param inForce tells of the next value whether it is
   * @return whether the next value has just taken its place
   */
  boolean succeed(
      Rotation rotation,
      SecretDraft draft,
      String key,
      String nextKey,
      Supplier<String> make,
      boolean mayBegin,
      Predicate<String> inForce) {
    var next = draft.value(nextKey);
    var promoted = begin && next.isPresent() && inForce.test(next.get());
    if (promoted) {
      draft.put(key, next.get());
      draft.drop(nextKey);
    } else if (next.isEmpty() && due(rotation, draft)) {
      if (draft.value(key).isEmpty()) {
        count(rotation, draft);
      } else if (mayBegin) {
        draft.put(nextKey, make.get());
        count(rotation, draft);
      }
    }
    if (draft.value(nextKey).isPresent()) {
      reached.merge(rotation, state.rotation(rotation.name()), Math::min);
    } else {
      reached(rotation, draft);
    }
    return promoted;
  }

  /**
   * Gives a runner its next token under a key of its own: a pod that is not replaced yet must find
   * the old one again when its container starts anew. {@code token} is what the row has.
   *
   * @param settled whether the runner's row has the present token
   */
  void token(SecretDraft draft, Supplier<String> make, BooleanSupplier settled) {
    var current = RunnerTokens.key(draft);
    var counts = draft.value(current).isPresent();
    var rowHasIt = counts && settled.getAsBoolean();
    if (begin && rowHasIt) {
      draft.put(RunnerTokens.KEY, draft.value(current).orElseThrow());
      draft.removeIf(key -> RunnerTokens.isRotated(key) && !key.equals(current));
    }
    if (due(Rotation.runnerTokens, draft)) {
      if (rowHasIt) {
        draft.put(RunnerTokens.key(wanted(Rotation.runnerTokens)), make.get());
      }
      if (rowHasIt || !counts) {
        count(Rotation.runnerTokens, draft);
      }
    }
    reached(Rotation.runnerTokens, draft);
  }

  /** Records what was served; what the operator does not make counts as served at once. */
  InstallationState served(InstallationState next) {
    for (var rotation : Rotation.values()) {
      var counter = reached.getOrDefault(rotation, wanted(rotation));
      if (counter > next.rotation(rotation.name())) {
        next = next.withRotation(rotation.name(), counter);
      }
    }
    return next;
  }

  private boolean due(Rotation rotation, SecretDraft draft) {
    return begin && wanted(rotation) > counter(rotation, draft);
  }

  private int wanted(Rotation rotation) {
    return wanted.getOrDefault(rotation.name(), 0);
  }

  private int counter(Rotation rotation, SecretDraft draft) {
    return Math.max(draft.counter(rotation), state.rotation(rotation.name()));
  }

  private void count(Rotation rotation, SecretDraft draft) {
    draft.count(rotation, wanted(rotation));
  }

  private void reached(Rotation rotation, SecretDraft draft) {
    reached.merge(rotation, counter(rotation, draft), Math::min);
  }
}
