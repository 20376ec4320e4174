/**
 * Decides which runners there are, which of them leave or are replaced, and what is told of them.
 * Pure: what it decides is recorded and done by the reconcile and the platform's polls.
 */
@NullMarked
package dev.daytonaoperator.operator.fleet;

import org.jspecify.annotations.NullMarked;
