package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * To whom an object belongs: from it follow the labels of its metadata, of its pods and the
 * selector that finds those pods.
 *
 * <p>Jobs and CronJobs have a component id of their own, so that no Service or disruption budget
 * selects their pods.
 *
 * @param installation name of the installation
 * @param component value of {@link Labels#COMPONENT}
 * @param name name of the workload
 * @param selecting labels that tell this workload's pods from others of the component
 * @param describing labels of metadata and pods that take no part in selection
 */
record Identity(
    String installation,
    String component,
    String name,
    Map<String, String> selecting,
    Map<String, String> describing) {

  /** Component id of every {@link Step} Job. */
  static final String JOB = "job";

  Identity {
    selecting = Collections.unmodifiableMap(new TreeMap<>(selecting));
    describing = Collections.unmodifiableMap(new TreeMap<>(describing));
  }

  static Identity of(Inputs inputs, ComponentName component) {
    return new Identity(
        inputs.name(), component.id(), inputs.objectName(component), Map.of(), Map.of());
  }

  /** One runner: every runner is a workload of its own. */
  static Identity of(Inputs inputs, RunnerIdentity runner) {
    return new Identity(
        inputs.name(),
        ComponentName.RUNNER.id(),
        inputs.objectName(ComponentName.RUNNER) + "-" + runner.name(),
        Map.of(Labels.RUNNER, runner.name()),
        Map.of(Labels.RUNNER_POOL, runner.pool()));
  }

  static Identity of(Inputs inputs, Step step, String jobName) {
    return new Identity(
        inputs.name(),
        JOB,
        jobName,
        Map.of(Labels.STEP, step.id()),
        Map.of(Labels.ROLE, Labels.ROLE_STEP));
  }

  /** A workload beside a component's own one, like a CronJob. */
  static Identity beside(Inputs inputs, String id) {
    return new Identity(inputs.name(), id, inputs.objectName(id), Map.of(), Map.of());
  }

  Map<String, String> selector() {
    var labels = new TreeMap<>(selecting);
    labels.put(Labels.NAME, Labels.DAYTONA);
    labels.put(Labels.INSTANCE, installation);
    labels.put(Labels.COMPONENT, component);
    return labels;
  }

  Map<String, String> podLabels() {
    var labels = new TreeMap<>(selector());
    labels.putAll(describing);
    labels.put(Labels.INSTALLATION, installation);
    labels.put(Labels.PART_OF, Labels.DAYTONA);
    labels.put(Labels.MANAGED_BY, Labels.OPERATOR);
    return labels;
  }

  /** Metadata of the workload itself. */
  ObjectMeta metadata() {
    return metadata(name);
  }

  /** Metadata of another object of the same owner; the caller's stamp adds the common labels. */
  ObjectMeta metadata(String objectName) {
    var labels = new TreeMap<>(selecting);
    labels.putAll(describing);
    labels.put(Labels.COMPONENT, component);
    return new ObjectMetaBuilder().withName(objectName).withLabels(labels).build();
  }
}
