/** What the status says: a pure function of what was observed, written only when it differs. */
@NullMarked
package dev.daytonaoperator.operator.status;

import org.jspecify.annotations.NullMarked;
