package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL: everything that Daytona must not forget (contract 6.1). */
final class DatabaseComponent implements Component {

  /** User and group {@code postgres} of the Debian image. */
  private static final int POSTGRES = 999;

  /**
   * PostgreSQL 18 moved its data below a directory of its major version and declares the volume one
   * level up (T41). Said here, because an image of another major version declares another place and
   * would then keep its data in the container.
   */
  private static final String VOLUME = "/var/lib/postgresql";

  private static final String DATA = VOLUME + "/18/docker";

  @Override
  public ComponentName name() {
    return ComponentName.DATABASE;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().database().type()) {
      case External -> List.of();
      case Bundled -> bundled(inputs, inputs.spec().database().bundled());
    };
  }

  private List<HasMetadata> bundled(Inputs inputs, Database.Bundled database) {
    var identity = Identity.of(inputs, name());
    var pod =
        PodTemplate.of(inputs, name())
            .runAs(POSTGRES, POSTGRES)
            // SIGINT, the image's stop signal, ends sessions and writes a checkpoint
            .gracePeriod(60)
            .container("postgres", Image.DATABASE, c -> postgres(c, identity, database));
    var objects = new ArrayList<HasMetadata>(Claims.of(identity, database.storage()));
    objects.addAll(DatabaseDump.claim(inputs));
    objects.add(Services.service(inputs, name(), new Port("postgres", ServiceNames.DATABASE_PORT)));
    objects.add(
        Workloads.statefulSet(inputs, identity, ServiceNames.of(inputs.name(), name()), pod));
    return objects;
  }

  private static void postgres(ContainerSpec c, Identity identity, Database.Bundled database) {
    // by TCP: while initdb's scripts run, a temporary server answers on the socket only
    var ready =
        Probes.exec("pg_isready", "-h", "127.0.0.1", "-U", database.user(), "-d", database.name());
    c.env("PGDATA", DATA)
        .env("POSTGRES_USER", database.user())
        .env("POSTGRES_DB", database.name())
        .firstSecretEnv("POSTGRES_PASSWORD", Credential.DATABASE_PASSWORD)
        .port("postgres", ServiceNames.DATABASE_PORT)
        .claim(VOLUME, Claims.nameOf(identity, database.storage()))
        .writable("/var/run/postgresql")
        .writable("/tmp")
        // parallel queries need more than the runtime's 64 MB
        .memoryDirectory("/dev/shm", "256Mi")
        // replaying the log after a crash takes as long as it takes
        .startup(Probes.within(600, ready))
        .readiness(ready)
        // a server that recovers refuses sessions but listens: it must not be killed for that
        .liveness(Probes.every(20, 6, Probes.tcp(ServiceNames.DATABASE_PORT)))
        .requests("100m", "256Mi");
  }
}
