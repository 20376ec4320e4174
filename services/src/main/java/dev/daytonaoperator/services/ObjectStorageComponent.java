package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * MinIO: build contexts and volumes. Bucket and scoped user are made by {@link BucketJob} (contract
 * 6.5).
 */
final class ObjectStorageComponent implements Component {

  /** Any user will do: the image has none of its own and needs no root. */
  private static final int MINIO = 1000;

  @Override
  public ComponentName name() {
    return ComponentName.OBJECT_STORAGE;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().objectStorage().type()) {
      case External, Disabled -> List.of();
      case Bundled -> bundled(inputs, inputs.spec().objectStorage().bundled());
    };
  }

  private List<HasMetadata> bundled(Inputs inputs, ObjectStorage.Bundled storage) {
    var identity = Identity.of(inputs, name());
    var pod =
        PodTemplate.of(inputs, name())
            .runAs(MINIO, MINIO)
            .container("minio", Image.OBJECT_STORAGE, c -> minio(c, identity, storage));
    var objects = new ArrayList<HasMetadata>(Claims.of(identity, storage.storage()));
    objects.add(
        Services.service(
            inputs,
            name(),
            new Port("s3", ServiceNames.MINIO_PORT),
            new Port("console", ServiceNames.MINIO_CONSOLE_PORT)));
    objects.add(
        Workloads.statefulSet(inputs, identity, ServiceNames.of(inputs.name(), name()), pod));
    return objects;
  }

  private static void minio(ContainerSpec c, Identity identity, ObjectStorage.Bundled storage) {
    var live = Probes.http("/minio/health/live", ServiceNames.MINIO_PORT);
    c.args("server", "/data", "--console-address", ":" + ServiceNames.MINIO_CONSOLE_PORT)
        .secretEnv("MINIO_ROOT_USER", Credential.OBJECT_STORAGE_ROOT_USER)
        .secretEnv("MINIO_ROOT_PASSWORD", Credential.OBJECT_STORAGE_ROOT_PASSWORD)
        .env("MINIO_IDENTITY_STS_EXPIRY", "24h")
        .env("MINIO_UPDATE", "off")
        // makes its directory of certificates in the home directory
        .env("HOME", "/tmp")
        .writable("/tmp")
        .claim("/data", Claims.nameOf(identity, storage.storage()))
        .port("s3", ServiceNames.MINIO_PORT)
        .port("console", ServiceNames.MINIO_CONSOLE_PORT)
        .startup(Probes.within(120, live))
        .readiness(Probes.http("/minio/health/ready", ServiceNames.MINIO_PORT))
        .liveness(Probes.every(20, 6, live))
        .requests("50m", "256Mi");
  }
}
