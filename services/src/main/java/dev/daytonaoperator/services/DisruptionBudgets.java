package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an eviction may take away. A drain never hangs on a single replica (no budget), and never
 * kills sandboxes unasked (runners of a pool with {@code evictionPolicy: Block}).
 */
public final class DisruptionBudgets {

  private DisruptionBudgets() {}

  public static List<HasMetadata> render(Inputs inputs) {
    if (!inputs.running()) {
      return List.of();
    }
    var spec = inputs.spec();
    var budgets = new ArrayList<HasMetadata>();
    // Before seeding one replica of the API runs, whatever the spec says.
    several(inputs, ComponentName.API, inputs.progress().seeded() ? spec.api().replicas() : 1)
        .ifPresent(budgets::add);
    several(inputs, ComponentName.PROXY, spec.proxy().replicas()).ifPresent(budgets::add);
    if (Installed.has(spec, ComponentName.SSH_GATEWAY)) {
      several(inputs, ComponentName.SSH_GATEWAY, spec.sshGateway().replicas())
          .ifPresent(budgets::add);
    }
    for (var pool : spec.runners()) {
      if (pool.evictionPolicy() == RunnerPool.Eviction.Block) {
        budgets.add(
            budget(
                inputs,
                "runner-" + pool.name(),
                Map.of(
                    Labels.COMPONENT, ComponentName.RUNNER.id(), Labels.RUNNER_POOL, pool.name()),
                0));
      }
    }
    return budgets;
  }

  private static Optional<PodDisruptionBudget> several(
      Inputs inputs, ComponentName component, int replicas) {
    return replicas > 1
        ? Optional.of(budget(inputs, component.id(), Map.of(Labels.COMPONENT, component.id()), 1))
        : Optional.empty();
  }

  private static PodDisruptionBudget budget(
      Inputs inputs, String suffix, Map<String, String> pods, int maxUnavailable) {
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withName(inputs.objectName(suffix))
        .endMetadata()
        .withNewSpec()
        .withNewMaxUnavailable(maxUnavailable)
        // A pod that does not work protects nothing: it must not block a drain. A runner that is
        // not ready may still hold running sandboxes.
        .withUnhealthyPodEvictionPolicy(maxUnavailable == 0 ? null : "AlwaysAllow")
        .withNewSelector()
        .addToMatchLabels(Labels.INSTALLATION, inputs.name())
        .addToMatchLabels(pods)
        .endSelector()
        .endSpec()
        .build();
  }
}
