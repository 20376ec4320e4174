package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

/**
 * Makes the default bucket, which nobody else makes (contract 6.5, T31), and the user that API and
 * runners get in place of MinIO's root: runners are privileged and run foreign code. Doing it again
 * changes nothing, or brings a rotated key into force.
 *
 * <p>For bundled object storage only.
 */
public final class BucketJob {

  /** The default bucket; the API makes {@code daytona-volume-<uuid>} beside it. */
  public static final String BUCKET = "daytona";

  private static final long DEADLINE_SECONDS = 300;

  /** The API lists buckets, makes one per volume and asks STS for sessions within this. */
  private static final String POLICY =
      """
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": ["s3:ListAllMyBuckets"],
            "Resource": ["arn:aws:s3:::*"]
          },
          {
            "Effect": "Allow",
            "Action": ["s3:*"],
            "Resource": [
              "arn:aws:s3:::daytona",
              "arn:aws:s3:::daytona/*",
              "arn:aws:s3:::daytona-volume-*",
              "arn:aws:s3:::daytona-volume-*/*"
            ]
          }
        ]
      }
      """;

  /**
   * Keys go to mc by standard input: arguments are in the process list. {@code printf} and {@code
   * case} are the shell's own; the image has little else. Attaching a policy twice is an error to
   * mc, hence the look before.
   */
  private static final String SCRIPT =
      """
      set -eu
      until printf '%s\\n%s\\n' "$ROOT_USER" "$ROOT_PASSWORD" | mc alias set minio "$ENDPOINT"; do
        sleep 2
      done
      mc mb --ignore-existing "minio/$BUCKET"
      printf '%s' "$POLICY" > /tmp/policy.json
      mc admin policy create minio daytona-platform /tmp/policy.json
      printf '%s\\n%s\\n' "$ACCESS_KEY" "$SECRET_KEY" | mc admin user add minio > /dev/null
      case "$(mc --json admin user info minio "$ACCESS_KEY")" in
        *daytona-platform*) ;;
        *) mc admin policy attach minio daytona-platform --user "$ACCESS_KEY" ;;
      esac
      """;

  private BucketJob() {}

  public static Job bucketJob(Inputs inputs, String jobName) {
    var identity = Identity.of(inputs, Step.BUCKET, jobName);
    var pod =
        PodTemplate.ofJob(inputs, identity)
            .runAs(1000, 1000)
            .container("bucket", Image.OBJECT_STORAGE_CLIENT, c -> mc(c, inputs));
    return Workloads.job(identity, DEADLINE_SECONDS, pod);
  }

  /** The user's secret key as it shall be: while a new one is on its way, that one. */
  public static CredentialRef secretKey(Credentials credentials) {
    return credentials
        .find(Credential.OBJECT_STORAGE_SECRET_KEY_NEXT)
        .orElseGet(() -> credentials.get(Credential.OBJECT_STORAGE_SECRET_KEY));
  }

  private static void mc(ContainerSpec c, Inputs inputs) {
    var host = inputs.serviceHost(ServiceNames.of(inputs.name(), ComponentName.OBJECT_STORAGE));
    c.command("sh", "-c", SCRIPT)
        .env("ENDPOINT", "http://" + host + ":" + ServiceNames.MINIO_PORT)
        .env("BUCKET", BUCKET)
        .env("POLICY", POLICY)
        .secretEnv("ROOT_USER", Credential.OBJECT_STORAGE_ROOT_USER)
        .secretEnv("ROOT_PASSWORD", Credential.OBJECT_STORAGE_ROOT_PASSWORD)
        .secretEnv("ACCESS_KEY", Credential.OBJECT_STORAGE_ACCESS_KEY)
        .secretEnv("SECRET_KEY", secretKey(inputs.credentials()))
        .env("HOME", "/tmp")
        .env("MC_CONFIG_DIR", "/tmp/mc")
        .writable("/tmp")
        .requests("10m", "64Mi")
        .memoryLimit("256Mi");
  }
}
