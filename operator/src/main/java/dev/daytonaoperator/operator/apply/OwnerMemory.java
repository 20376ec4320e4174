package dev.daytonaoperator.operator.apply;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the engine remembers of one owner; may be lost at any moment without harm. */
final class OwnerMemory {

  /** A refusal of the API server, so that the same intent is not sent again at once. */
  record Refusal(String hash, String message, int times, long atMillis) {}

  private final NameScan names;
  private final Map<ObjectKey, Memo> memos = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Refusal> refusals = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Long> dyingSince = new ConcurrentHashMap<>();
  private final Contention contention = new Contention();
  private final Ending ending = new Ending();

  OwnerMemory(NameScan names) {
    this.names = names;
  }

  NameScan names() {
    return names;
  }

  Map<ObjectKey, Memo> memos() {
    return memos;
  }

  Map<ObjectKey, Refusal> refusals() {
    return refusals;
  }

  Map<ObjectKey, Long> dyingSince() {
    return dyingSince;
  }

  Contention contention() {
    return contention;
  }

  Ending ending() {
    return ending;
  }

  /** Forgets objects that are no longer wanted. */
  void keep(Set<ObjectKey> desired) {
    memos.keySet().retainAll(desired);
    refusals.keySet().retainAll(desired);
    dyingSince.keySet().retainAll(desired);
    contention.keep(desired);
  }
}
