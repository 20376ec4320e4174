package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;

/** Fills absent members of a spec. The one place where defaults are. */
public final class Defaults {

  private Defaults() {}

  public static DaytonaInstallationSpec resolve(DaytonaInstallationSpec spec) {
    return spec;
  }
}
