package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.fleet.RunnerPlan;
import dev.daytonaoperator.operator.fleet.RunnerWorkload;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The runners of one installation as the caches show them. */
final class RunnerWorkloads {

  private final InformerCache cache;
  private final Owner owner;

  private static final Set<String> CALLERS =
      Set.of(ComponentName.PROXY.id(), ComponentName.SSH_GATEWAY.id());

  RunnerWorkloads(InformerCache cache, Owner owner) {
    this.cache = cache;
    this.owner = owner;
  }

  /** StatefulSet and pod of each runner that has one of them, by runner's name. */
  Map<String, RunnerWorkload> all() {
    var sets = new HashMap<String, StatefulSet>();
    for (var object : cache.ownedBy(owner.uid())) {
      if (object instanceof StatefulSet set) {
        runner(set).ifPresent(name -> sets.put(name, set));
      }
    }
    var pods = new HashMap<String, Pod>();
    for (var pod : cache.pods(owner.namespace(), owner.name())) {
      runner(pod).ifPresent(name -> pods.put(name, pod));
    }
    var names = new TreeSet<>(sets.keySet());
    names.addAll(pods.keySet());
    var workloads = new HashMap<String, RunnerWorkload>();
    for (var name : names) {
      workloads.put(
          name,
          new RunnerWorkload(
              Optional.ofNullable(sets.get(name)), Optional.ofNullable(pods.get(name))));
    }
    return workloads;
  }

  RunnerPlan.Present present(Map<String, RunnerWorkload> workloads) {
    Set<String> sets = new TreeSet<>();
    workloads.forEach((name, workload) -> workload.set().ifPresent(set -> sets.add(name)));
    Set<String> volumes = new TreeSet<>();
    for (var object : cache.labelled(owner.namespace(), owner.name())) {
      if (object instanceof PersistentVolumeClaim) {
        runner(object).ifPresent(volumes::add);
      }
    }
    return new RunnerPlan.Present(sets, volumes);
  }

  /** A runner's own volume; empty when it has none or its user brought it. */
  Optional<PersistentVolumeClaim> volume(String runner) {
    var name = owner.name() + "-" + ComponentName.RUNNER.id() + "-" + runner;
    return cache
        .find(new ObjectKey("PersistentVolumeClaim", owner.namespace(), name))
        .map(PersistentVolumeClaim.class::cast);
  }

  /**
   * Addresses that runners speak with, by whose they are: Services, and the pods that call runners
   * without one between.
   */
  Map<String, String> peers() {
    var addresses = new HashMap<String, String>();
    for (var object : cache.ownedBy(owner.uid())) {
      if (object instanceof Service service && service.getSpec().getClusterIPs() != null) {
        service.getSpec().getClusterIPs().stream()
            .filter(ip -> !ip.equals("None"))
            .forEach(ip -> addresses.put("Service " + service.getMetadata().getName(), ip));
      }
    }
    for (var pod : cache.pods(owner.namespace(), owner.name())) {
      var component = pod.getMetadata().getLabels().getOrDefault(Labels.COMPONENT, "");
      if (CALLERS.contains(component) && pod.getStatus() != null) {
        Optional.ofNullable(pod.getStatus().getPodIP())
            .ifPresent(ip -> addresses.put("pod " + pod.getMetadata().getName(), ip));
      }
    }
    return addresses;
  }

  private static Optional<String> runner(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels != null && ComponentName.RUNNER.id().equals(labels.get(Labels.COMPONENT))
        ? Optional.ofNullable(labels.get(Labels.RUNNER))
        : Optional.empty();
  }
}
