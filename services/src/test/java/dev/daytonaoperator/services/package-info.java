/** Specifications of what the platform's parts look like in the cluster. */
@NullMarked
package dev.daytonaoperator.services;

import org.jspecify.annotations.NullMarked;
