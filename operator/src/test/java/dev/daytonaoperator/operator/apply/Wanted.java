package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small desired objects. */
final class Wanted {

  private Wanted() {}

  static ConfigMap configMap(String name, String... pairs) {
    var builder = new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata();
    for (int i = 0; i < pairs.length; i += 2) {
      builder.addToData(pairs[i], pairs[i + 1]);
    }
    return builder.build();
  }

  static Service service(String name, int port) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withSelector(Map.of("app", name))
        .addNewPort()
        .withName("main")
        .withPort(port)
        .endPort()
        .endSpec()
        .build();
  }

  static Service headless(String name, int port) {
    return new ServiceBuilder(service(name, port))
        .editSpec()
        .withClusterIP("None")
        .endSpec()
        .build();
  }

  static Deployment deployment(String name, Map<String, String> selector, int replicas) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(selector)
        .endSelector()
        .withTemplate(template(selector))
        .endSpec()
        .build();
  }

  static StatefulSet statefulSet(String name, String podManagementPolicy) {
    var selector = Map.of("app", name);
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withServiceName(name)
        .withPodManagementPolicy(podManagementPolicy)
        .withNewSelector()
        .withMatchLabels(selector)
        .endSelector()
        .withTemplate(template(selector))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(Map<String, String> labels) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("main:1")
        .addNewEnv()
        .withName("A")
        .withValue("1")
        .endEnv()
        .endContainer()
        .endSpec()
        .build();
  }

  static PersistentVolumeClaim claim(String name, String size, @Nullable String storageClass) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(storageClass)
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity(size)))
        .endResources()
        .endSpec()
        .build();
  }
}
