/**
 * What each component of a Daytona platform needs in the cluster: pure functions from {@link
 * dev.daytonaoperator.services.Inputs} to Kubernetes objects. No client, clock, randomness,
 * environment or file outside the class path.
 */
@NullMarked
package dev.daytonaoperator.services;

import org.jspecify.annotations.NullMarked;
