/**
 * Generation of the CRD and the API reference from the records of the API, and the tests that hold
 * records, committed files and a real API server together. {@code bin/generate} writes the files.
 */
@NullMarked
package dev.daytonaoperator.crds;

import org.jspecify.annotations.NullMarked;
