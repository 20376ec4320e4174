package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.api.v1alpha1.Sandboxes;
import java.util.List;
import java.util.Optional;

/**
 * What Daytona shall be told.
 *
 * @param runners one for each runner that has a workload
 * @param quotas of the administrator that are known to hold; empty when they have changed since
 */
public record PlatformWishes(List<RunnerWish> runners, Optional<String> quotas) {

  public PlatformWishes {
    runners = List.copyOf(runners);
  }

  /** Quotas as they are recorded. */
  public static String record(Sandboxes.Quotas quotas) {
    return OrganisationQuota.of(quotas).toString();
  }
}
