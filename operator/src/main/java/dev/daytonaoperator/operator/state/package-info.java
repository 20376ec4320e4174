/**
 * What must survive the resource: a retained ConfigMap per installation that records what was done
 * once and what may never change, so that re-creating the resource repeats and forgets nothing.
 */
@NullMarked
package dev.daytonaoperator.operator.state;

import org.jspecify.annotations.NullMarked;
