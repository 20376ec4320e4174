/**
 * The resource {@code DaytonaInstallation} as Java records. What a user may write, and what {@code
 * kubectl explain} says about it, is annotated here; the CRD and the API reference are generated
 * from these types by {@code bin/generate}. Not null-marked: this is the parsing edge, where every
 * member that a user left out is null.
 */
package dev.daytonaoperator.api.v1alpha1;
