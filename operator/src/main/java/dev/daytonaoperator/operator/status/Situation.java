package dev.daytonaoperator.operator.status;

import dev.daytonaoperator.api.v1alpha1.DataRetention;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationStatus;
import dev.daytonaoperator.services.Inputs;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the status is made of.
 *
 * @param resource the resource as observed, with the status it had
 * @param inputs absent while they cannot be computed (then {@code problems} says why)
 * @param runningVersion the Daytona version whose migrations are done; absent before
 * @param upgrade an upgrade that is under way
 * @param problems in order of importance
 * @param components those that this installation has, in a fixed order
 * @param steps those that this installation needs now
 * @param settled whether nothing was written in this pass and every earlier write has been seen
 * @param retention the policy that the objects carry now
 * @param retained objects kept by policy that nothing uses
 * @param runners what is known of the runners
 * @param contested objects about which another writer disagrees; empty when none
 */
public record Situation(
    DaytonaInstallation resource,
    Optional<Inputs> inputs,
    Optional<String> runningVersion,
    Optional<DaytonaInstallationStatus.Upgrade> upgrade,
    List<Problem> problems,
    List<ComponentState> components,
    List<StepState> steps,
    boolean settled,
    DataRetention.Policy retention,
    List<DaytonaInstallationStatus.Retained> retained,
    List<DaytonaInstallationStatus.Preflight> preflight,
    List<String> contested,
    PlatformHealth platform,
    RunnersState runners) {}
