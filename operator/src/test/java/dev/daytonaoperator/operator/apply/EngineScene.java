package dev.daytonaoperator.operator.apply;

import dev.daytonaoperator.testing.AuditLog;
import dev.daytonaoperator.testing.AuditLog.Call;
import dev.daytonaoperator.testing.AuditLog.Mark;
import dev.daytonaoperator.testing.ControlPlane;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One owner on the control plane, the engine under test, and a hand that interferes. */
final class EngineScene implements AutoCloseable {

  final KubernetesClient hand;
  final String namespace;
  final String name = "d" + UUID.randomUUID().toString().substring(0, 6);
  final Informed informed;
  final MovingClock clock = MovingClock.still();
  final Told told = new Told();
  private final AuditLog audit;
  private final KubernetesClient client;
  private Owner owner;
  private ApplyEngine engine;
  private Mark mark;

  /** What the listener heard, in order. */
  static final class Told implements ApplyListener {
    final ConcurrentLinkedQueue<String> words = new ConcurrentLinkedQueue<>();

    @Override
    public void applied(String kind, Outcome outcome) {
      words.add(outcome + " " + kind);
    }

    @Override
    public void driftRepaired(String kind) {
      words.add("DRIFT " + kind);
    }
  }

  EngineScene(ControlPlane controlPlane, KubernetesClient hand, String namespace) {
    this(controlPlane, hand, namespace, controlPlane.config());
  }

  /** A scene whose engine reaches the API server by a way of its own. */
  EngineScene(ControlPlane controlPlane, KubernetesClient hand, String namespace, Config config) {
    this.hand = hand;
    this.namespace = namespace;
    this.informed = new Informed(hand, namespace);
    this.audit = controlPlane.auditLog();
    config.setUserAgent("engine-" + name);
    this.client = new KubernetesClientBuilder().withConfig(config).build();
    this.owner = newOwner(true);
    this.engine = newEngine();
    this.mark = audit.mark();
  }

  /** A resource of this name comes into being, with a uid of its own. */
  private Owner newOwner(boolean retain) {
    var resource =
        hand.resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .endMetadata()
                    .build())
            .create();
    return new Owner("v1", "ConfigMap", namespace, name, resource.getMetadata().getUid(), retain);
  }

  private ApplyEngine newEngine() {
    return new ApplyEngine(client, informed, clock, told);
  }

  Owner owner() {
    return owner;
  }

  ApplyEngine engine() {
    return engine;
  }

  void retain(boolean retain) {
    owner = new Owner(owner.apiVersion(), owner.kind(), namespace, name, owner.uid(), retain);
  }

  /** The resource is deleted and made anew under the same name. */
  void recreated() {
    hand.configMaps().inNamespace(namespace).withName(name).delete();
    owner = newOwner(owner.retainData());
  }

  /** The process is another one: what was remembered is lost. */
  void restarted() {
    engine.close();
    engine = newEngine();
  }

  /** One pass with everything seen. */
  ApplyResult pass(HasMetadata... wanted) {
    informed.catchUp();
    return blindPass(wanted);
  }

  /** One pass by what the informers saw last. */
  ApplyResult blindPass(HasMetadata... wanted) {
    return engine.apply(owner, List.of(wave("all", true, wanted)), Set.of());
  }

  static WavePlan wave(String name, boolean done, HasMetadata... objects) {
    return new WavePlan(name, List.of(objects), () -> done);
  }

  /** Applies, sees it, and forgets the calls. */
  void installed(HasMetadata... wanted) {
    pass(wanted);
    pass(wanted);
    calls();
    told.words.clear();
  }

  /** The engine's calls since the last time, in order. */
  List<Call> calls() {
    var calls = audit.since(mark, call -> call.userAgent().equals("engine-" + name));
    mark = audit.mark();
    return calls;
  }

  /** The engine's calls since the last time that are more than looking. */
  List<String> writes() {
    return words(calls().stream().filter(Call::isWrite).toList());
  }

  static List<String> words(List<Call> calls) {
    var words = new ArrayList<String>();
    calls.forEach(c -> words.add(c.verb() + " " + c.resource() + " " + c.name() + " " + c.code()));
    return words;
  }

  <T extends HasMetadata> T live(T like) {
    return hand.resource(like).inNamespace(namespace).get();
  }

  void later(Duration by) {
    clock.advance(by);
  }

  @Override
  public void close() {
    engine.close();
    client.close();
  }
}
