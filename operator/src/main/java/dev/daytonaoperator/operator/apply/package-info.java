/**
 * Makes the cluster match a list of desired objects: decides per object from the informers' view
 * and its own memo, applies by server-side apply in waves, prunes what is no longer wanted. Knows
 * nothing of Daytona.
 */
@NullMarked
package dev.daytonaoperator.operator.apply;

import org.jspecify.annotations.NullMarked;
