/**
 * A real control plane for tests: API server, etcd, controllers and scheduler are the real ones,
 * nodes and pods are simulated. Its audit log is the judge of how many calls are made.
 */
@NullMarked
package dev.daytonaoperator.testing;

import org.jspecify.annotations.NullMarked;
