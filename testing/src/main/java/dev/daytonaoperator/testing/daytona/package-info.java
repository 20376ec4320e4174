/**
 * A strict stand-in for Daytona's API as far as an operator uses it: it seeds, checks, refuses and
 * forgets as version 0.190.0 does, and can be made to fail in every way that a network knows.
 */
@NullMarked
package dev.daytonaoperator.testing.daytona;

import org.jspecify.annotations.NullMarked;
