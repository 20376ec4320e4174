package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import java.util.Optional;

/**
 * The runner whose row the API makes at its first boot, and its default snapshot with it (contract
 * 3.2). A GPU runner takes GPU sandboxes only and cannot prepare that snapshot (contract 5.7).
 */
public final class SeededRunner {

  private SeededRunner() {}

  /** The first runner of a pool without GPUs, one that leaves last of all; empty without any. */
  public static Optional<RunnerIdentity> of(Inputs inputs) {
    var cpuPools =
        inputs.spec().runners().stream()
            .filter(pool -> pool.gpu() == null)
            .map(RunnerPool::name)
            .toList();
    return inputs.runners().stream().filter(runner -> cpuPools.contains(runner.pool())).findFirst();
  }
}
