package dev.daytonaoperator.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Objects that are first created together.
 *
 * @param name for logs
 * @param objects desired objects, unstamped
 * @param done evaluated after this wave's objects were applied; while false, objects of later waves
 *     that do not exist yet are not created (those that exist are repaired all the same)
 */
public record WavePlan(String name, List<HasMetadata> objects, BooleanSupplier done) {

  public WavePlan {
    objects = List.copyOf(objects);
  }
}
