package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks into rendered objects. */
record Rendered(List<HasMetadata> objects) {

  static Rendered of(Component component, Inputs inputs) {
    return new Rendered(component.render(inputs));
  }

  <T extends HasMetadata> T only(Class<T> kind) {
    var found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + kind.getSimpleName());
    }
    return found.getFirst();
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  List<String> names() {
    return objects.stream().map(it -> it.getKind() + " " + it.getMetadata().getName()).toList();
  }

  /** The pod of the only workload. */
  PodTemplateSpec template() {
    return objects.stream()
        .flatMap(
            it ->
                switch (it) {
                  case Deployment deployment ->
                      java.util.stream.Stream.of(deployment.getSpec().getTemplate());
                  case StatefulSet set -> java.util.stream.Stream.of(set.getSpec().getTemplate());
                  default -> java.util.stream.Stream.<PodTemplateSpec>empty();
                })
        .findFirst()
        .orElseThrow(() -> new AssertionError("no workload"));
  }

  PodSpec pod() {
    return template().getSpec();
  }

  Container container() {
    return pod().getContainers().getFirst();
  }

  Map<String, String> env() {
    return env(container());
  }

  /** Values as they are; credentials as {@code secret:name/key}, empty ones as empty. */
  static Map<String, String> env(Container container) {
    var env = new LinkedHashMap<String, String>();
    for (var variable : container.getEnv()) {
      env.put(variable.getName(), value(variable));
    }
    return env;
  }

  private static String value(EnvVar variable) {
    if (variable.getValueFrom() == null) {
      return variable.getValue() == null ? "" : variable.getValue();
    }
    var secret = variable.getValueFrom().getSecretKeyRef();
    return secret != null
        ? "secret:" + secret.getName() + "/" + secret.getKey()
        : "field:" + variable.getValueFrom().getFieldRef().getFieldPath();
  }
}
