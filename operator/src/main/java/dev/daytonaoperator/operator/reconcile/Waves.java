package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.WavePlan;
import dev.daytonaoperator.operator.status.ComponentState;
import dev.daytonaoperator.operator.status.StepState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Labels;
import dev.daytonaoperator.services.Step;
import dev.daytonaoperator.services.Wave;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sorts objects into the waves of their first creation and says when a wave is done. */
final class Waves {

  private Waves() {}

  /** The wave that an object belongs to. */
  static Wave of(HasMetadata object) {
    return switch (object) {
      case Deployment d -> component(d).wave();
      case StatefulSet s -> component(s).wave();
      case CronJob c -> Wave.DATA; // works on a data store's volume
      case Ingress i -> Wave.EXPOSURE;
      case PodDisruptionBudget b -> Wave.EXPOSURE;
      default -> Wave.CONFIG;
    };
  }

  /**
   * All objects in the order of their waves, the steps in their place; for people who read them.
   */
  static List<HasMetadata> sorted(List<HasMetadata> objects, List<Job> steps) {
    var sorted = new ArrayList<HasMetadata>();
    for (var wave : Wave.values()) {
      objects.stream().filter(object -> of(object) == wave).forEach(sorted::add);
      if (wave == Wave.DATA) {
        sorted.addAll(steps); // the next wave waits for them, see done()
      }
    }
    return sorted;
  }

  /**
   * The plan for the engine.
   *
   * @param components as observed before this pass
   * @param running false when everything is scaled to zero: then nothing is waited for that cannot
   *     come
   * @param usersMade whether the declared users are in Daytona: who logs in before gets an
   *     organisation in which no sandbox can be created (contract 6.3)
   */
  static List<WavePlan> plan(
      List<HasMetadata> objects,
      List<ComponentState> components,
      List<StepState> steps,
      boolean running,
      boolean usersMade) {
    Map<Wave, List<HasMetadata>> byWave = new EnumMap<>(Wave.class);
    objects.forEach(o -> byWave.computeIfAbsent(of(o), w -> new ArrayList<>()).add(o));
    var plan = new ArrayList<WavePlan>();
    for (var wave : Wave.values()) {
      boolean done =
          done(wave, components, steps, running)
              && (wave != beforeExposure() || usersMade || !running);
      plan.add(new WavePlan(wave.name(), byWave.getOrDefault(wave, List.of()), () -> done));
    }
    return plan;
  }

  private static Wave beforeExposure() {
    return Wave.values()[Wave.EXPOSURE.ordinal() - 1];
  }

  private static boolean done(
      Wave wave, List<ComponentState> components, List<StepState> steps, boolean running) {
    boolean gates =
        components.stream()
            .filter(c -> c.name().wave() == wave && c.name().gates())
            .allMatch(c -> c.ready() || !running);
    // The API exits without its bucket and its tables (contract 3.1).
    return gates
        && (wave != Wave.DATA
            || steps.stream()
                .filter(s -> s.step() == Step.BUCKET || s.step() == Step.MIGRATE_INIT)
                .allMatch(StepState::done));
  }

  private static ComponentName component(HasMetadata object) {
    var id = object.getMetadata().getLabels().get(Labels.COMPONENT);
    for (var name : ComponentName.values()) {
      if (name.id().equals(id)) {
        return name;
      }
    }
    throw new IllegalStateException(object.getMetadata().getName() + " has no component label");
  }
}
