/**
 * Makes and keeps the credentials of an installation. A Secret is created once and never applied;
 * values that data depend on are never made a second time; values never leave this package but for
 * the platform client.
 */
@NullMarked
package dev.daytonaoperator.operator.credentials;

import org.jspecify.annotations.NullMarked;
