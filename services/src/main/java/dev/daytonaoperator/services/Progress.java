package dev.daytonaoperator.services;

/**
 * How far the installation has come, as recorded in its state.
 *
 * @param apiVersion the Daytona version that API and migrations shall run now; differs from the
 *     wanted one until the steps before it are done
 * @param seeded whether the API has been ready once: its first boot, with one replica, is over
 * @param dumps whether there is a volume for dumps of the database: from the first upgrade on
 */
public record Progress(String apiVersion, boolean seeded, boolean dumps) {}
