package dev.daytonaoperator.services;

import java.util.Optional;

/**
 * What clients of the object storage are told besides address and keys.
 *
 * @param bucket where the SDKs' build contexts go; the API makes only volumes' buckets, so a Job
 *     makes this one (contract 6.5)
 * @param accountId must be defined, but means something only to AWS; like the role's name
 */
record ObjectStorageAccount(String region, String bucket, String accountId, String roleName) {

  private static final ObjectStorageAccount BUNDLED =
      new ObjectStorageAccount("us-east-1", BucketJob.BUCKET, "/", "/");

  static Optional<ObjectStorageAccount> of(Inputs inputs) {
    var storage = inputs.spec().objectStorage();
    return switch (storage.type()) {
      case Bundled -> Optional.of(BUNDLED);
      case External -> {
        var theirs = storage.external();
        yield Optional.of(
            new ObjectStorageAccount(
                theirs.region(), theirs.bucket(), theirs.accountId(), theirs.roleName()));
      }
      case Disabled -> Optional.empty();
    };
  }
}
