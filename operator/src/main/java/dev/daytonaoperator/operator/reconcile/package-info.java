/** One reconcile: inputs, credentials, steps, apply, status. Reads from informers only. */
@NullMarked
package dev.daytonaoperator.operator.reconcile;

import org.jspecify.annotations.NullMarked;
