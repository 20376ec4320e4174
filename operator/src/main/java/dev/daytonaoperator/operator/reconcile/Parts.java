package dev.daytonaoperator.operator.reconcile;

import dev.daytonaoperator.operator.apply.ApplyEngine;
import dev.daytonaoperator.operator.credentials.CredentialStore;
import dev.daytonaoperator.operator.platform.PlatformWatch;
import dev.daytonaoperator.operator.state.StateStore;
import java.time.Clock;

/** What every pass works with. */
record Parts(
    InformerCache cache,
    ApplyEngine engine,
    StateStore states,
    CredentialStore credentials,
    ReferencedSecretWatch references,
    StepRunner steps,
    ClusterReader cluster,
    PlatformWatch platform,
    RunnerObjects runnerObjects,
    ProblemAge ages,
    Stuck stuck,
    Clock clock) {}
