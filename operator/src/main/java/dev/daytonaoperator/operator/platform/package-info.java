/** Asks Daytona itself whether it works: green pods are not yet a working platform. */
@NullMarked
package dev.daytonaoperator.operator.platform;

import org.jspecify.annotations.NullMarked;
