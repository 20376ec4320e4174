package dev.daytonaoperator.operator.apply;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one pass of the engine did and found.
 *
 * @param writes calls that changed something
 * @param awaited objects whose last write the informers have not shown yet
 * @param waiting objects of later waves that are not created yet
 * @param dying objects that must end before they can be created again
 * @param conflicts names that somebody else's objects hold
 * @param contested objects that another writer keeps changing, in words
 * @param rejected what the API server refuses for good
 * @param faults what failed and is tried again, in words
 * @param retained claims that nothing uses any more and that are kept
 * @param retryAfter when to look again though no event may come
 */
public record ApplyResult(
    int writes,
    int awaited,
    List<ObjectKey> waiting,
    List<ObjectKey> dying,
    List<NameConflict> conflicts,
    List<String> contested,
    List<Rejection> rejected,
    List<String> faults,
    List<ObjectKey> retained,
    Optional<Duration> retryAfter) {

  /** A name that we need and somebody else's object has. */
  public record NameConflict(ObjectKey key) {
    @Override
    public String toString() {
      return key + " belongs to somebody else; rename or remove it, or rename the installation";
    }
  }

  /** An object that the API server refuses, and its words. */
  public record Rejection(ObjectKey key, String words) {
    @Override
    public String toString() {
      return key + ": " + words;
    }
  }

  /** Whether the cluster is known to be as wanted, as far as writing goes. */
  public boolean settled() {
    return writes == 0
        && awaited == 0
        && waiting.isEmpty()
        && dying.isEmpty()
        && conflicts.isEmpty()
        && rejected.isEmpty()
        && faults.isEmpty();
  }

  /** Nothing was looked at. */
  public static ApplyResult none() {
    return new ApplyResult(
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }
}
