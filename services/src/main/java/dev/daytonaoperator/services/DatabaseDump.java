package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.Storage;
import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Optional;

/**
 * The dump of the bundled database before its schema changes: after a contracting migration there
 * is no other way back (contract 3.3). On a volume of its own, so that what fills or breaks the
 * database's does not reach it.
 */
public final class DatabaseDump {

  /** How many dumps the volume holds once a new one is there. */
  static final int KEEP = 3;

  private static final String ID = "database-dump";
  private static final String DUMPS = "/dumps";
  private static final int POSTGRES = 999;

  /** Reading and writing tens of gigabytes takes its time. */
  private static final long DEADLINE_SECONDS = 6 * 3600L;

  private DatabaseDump() {}

  /** Whether the database is the operator's to dump. */
  public static boolean applies(Inputs inputs) {
    return inputs.spec().database().type() == Database.Type.Bundled;
  }

  /** Name of the claim that holds the dumps. */
  public static String claimName(Inputs inputs) {
    return inputs.objectName(ID);
  }

  /** The claim: from the first upgrade on, for what has been dumped must stay. */
  static List<HasMetadata> claim(Inputs inputs) {
    if (!inputs.progress().dumps()) {
      return List.of();
    }
    var database = inputs.spec().database().bundled().storage();
    // A compressed dump is smaller than its database, so as many as are kept have room.
    var size = Optional.ofNullable(database.size()).orElse(StoreDefaults.DATABASE_SIZE);
    return List.copyOf(
        Claims.of(
            Identity.beside(inputs, ID), new Storage(size, database.storageClassName(), null)));
  }

  static Job job(Inputs inputs, String jobName) {
    var identity = Identity.of(inputs, Step.DATABASE_DUMP, jobName);
    var pod =
        PodTemplate.ofJob(inputs, identity)
            .runAs(POSTGRES, POSTGRES)
            .container("dump", Image.DATABASE, container -> dump(container, inputs));
    return Workloads.job(identity, DEADLINE_SECONDS, pod);
  }

  private static void dump(ContainerSpec container, Inputs inputs) {
    var server = inputs.endpoints().database();
    var database = inputs.spec().database().bundled();
    container
        .command("bash", "-c", ConfigMaps.file("database-dump.sh"))
        .env("PGHOST", server.host())
        .env("PGPORT", server.port())
        .env("PGUSER", database.user())
        .env("PGDATABASE", database.name())
        .secretEnv("PGPASSWORD", Credential.DATABASE_PASSWORD)
        .env("DUMPS", DUMPS)
        .env("KEEP", KEEP)
        .env("BEFORE", inputs.progress().apiVersion())
        .claim(DUMPS, claimName(inputs))
        .writable("/tmp")
        .requests("100m", "128Mi")
        .memoryLimit("512Mi");
  }
}
