/** The process: settings, composition root, HTTP endpoints, command line. */
@NullMarked
package dev.daytonaoperator.operator.app;

import org.jspecify.annotations.NullMarked;
