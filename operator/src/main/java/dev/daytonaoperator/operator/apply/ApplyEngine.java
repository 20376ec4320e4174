package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.operator.apply.ApplyResult.NameConflict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes the cluster match a list of desired objects.
 *
 * <p>Every object is compared with the informers' view and with the memo of the last write; what
 * differs is written by server-side apply, whole, at most eight at once. With nothing to do it
 * calls nothing, and after a restart it recognises its own work by the hash that the objects carry.
 */
public final class ApplyEngine implements AutoCloseable {

  private static final int WRITES_AT_ONCE = 8;

  private final KubernetesClient client;
  private final Observed observed;
  private final Clock clock;
  private final ApplyListener listener;
  private final Map<String, OwnerMemory> memories = new ConcurrentHashMap<>();
  private final ExecutorService writers =
      Executors.newFixedThreadPool(WRITES_AT_ONCE, Thread.ofVirtual().name("apply-", 0).factory());

  public ApplyEngine(
      KubernetesClient client, Observed observed, Clock clock, ApplyListener listener) {
    this.client = client;
    this.observed = observed;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * The names among {@code wanted} that objects of somebody else hold. Call it before anything is
   * created; it asks the API server only about names that it has not seen yet.
   */
  public List<NameConflict> conflicts(Owner owner, Collection<ObjectKey> wanted) {
    return memory(owner).names().conflicts(owner, wanted);
  }

  /** Whether this process has found the names that this owner needs to be free or its own. */
  public boolean knows(Owner owner) {
    var memory = memories.get(owner.uid());
    return memory != null && memory.names().cleared();
  }

  /** Whether an object of this owner is there, though it may have lost the label it is seen by. */
  public boolean exists(Owner owner, ObjectKey key) {
    return observed.find(key).isPresent() || memory(owner).names().isOurs(owner, key);
  }

  /** The key under which a desired object will exist. */
  public static ObjectKey keyOf(Owner owner, HasMetadata object) {
    return new ObjectKey(object.getKind(), owner.namespace(), object.getMetadata().getName());
  }

  /**
   * One pass over all waves, then removal of what is no longer wanted.
   *
   * @param irreplaceable objects that hold data: they are there, and are never made anew, even when
   *     they vanish meanwhile
   */
  public ApplyResult apply(Owner owner, List<WavePlan> waves, Set<ObjectKey> irreplaceable) {
    var memory = memory(owner);
    var report = new Report(listener);
    var desired = new HashSet<ObjectKey>();
    boolean open = true;
    for (var wave : waves) {
      var writes = new ArrayList<Future<?>>();
      for (var object : wave.objects()) {
        var stamped = Stamp.child(owner, object);
        if (!desired.add(stamped.key())) {
          throw new IllegalStateException("rendered twice: " + stamped.key());
        }
        boolean mayReplace = !irreplaceable.contains(stamped.key());
        var pass = new ObjectPass(client, clock, owner, memory, report, stamped, mayReplace);
        pass.next(observed.find(stamped.key()), open)
            .ifPresent(calls -> writes.add(writers.submit(calls)));
      }
      writes.forEach(ApplyEngine::await);
      open = open && wave.done().getAsBoolean();
    }
    if (report.clean()) {
      new Pruner(client, observed, memory.ending(), report).prune(owner, desired);
    }
    memory.keep(desired);
    memory.ending().sweep(observed::find);
    return report.result();
  }

  /** Drops what is remembered of resources that are gone. */
  public void retain(Set<String> uids) {
    memories.keySet().retainAll(uids);
  }

  private OwnerMemory memory(Owner owner) {
    return memories.computeIfAbsent(
        owner.uid(), uid -> new OwnerMemory(new NameScan(client, observed)));
  }

  private static void await(Future<?> write) {
    try {
      write.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while applying", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a write failed unexpectedly", e.getCause());
    }
  }

  @Override
  public void close() {
    writers.shutdownNow();
  }
}
