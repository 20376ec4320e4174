package dev.daytonaoperator.services;

import static dev.daytonaoperator.services.Defaults.or;
import static dev.daytonaoperator.services.Defaults.required;
import static dev.daytonaoperator.services.Defaults.storage;

import dev.daytonaoperator.api.v1alpha1.Cache;
import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.api.v1alpha1.ObjectStorage;
import dev.daytonaoperator.api.v1alpha1.Registry;
import org.jspecify.annotations.Nullable;

/** The part of {@link Defaults} for the data stores, bundled or the user's. */
final class StoreDefaults {

  static final String DATABASE_SIZE = "20Gi";

  private StoreDefaults() {}

  static Database database(@Nullable Database given) {
    var it = or(given, new Database(null, null, null));
    var type = or(it.type(), Database.Type.Bundled);
    return switch (type) {
      case Bundled -> {
        var own = or(it.bundled(), new Database.Bundled(null, null, null, null));
        yield new Database(
            type,
            new Database.Bundled(
                storage(own.storage(), DATABASE_SIZE),
                or(own.user(), "user"),
                or(own.name(), "daytona"),
                own.passwordSecretRef()),
            it.external());
      }
      case External -> {
        var theirs = required(it.external(), "spec.database.external");
        yield new Database(
            type,
            it.bundled(),
            new Database.External(
                theirs.host(),
                or(theirs.port(), 5432),
                or(theirs.name(), "daytona"),
                theirs.credentialsSecretRef(),
                or(theirs.tls(), Database.External.TlsMode.Require)));
      }
    };
  }

  static Cache cache(@Nullable Cache given) {
    var it = or(given, new Cache(null, null, null));
    var type = or(it.type(), Cache.Type.Bundled);
    return switch (type) {
      case Bundled -> {
        var own = or(it.bundled(), new Cache.Bundled(null, null));
        yield new Cache(
            type,
            new Cache.Bundled(storage(own.storage(), "1Gi"), own.passwordSecretRef()),
            it.external());
      }
      case External -> {
        var theirs = required(it.external(), "spec.cache.external");
        yield new Cache(
            type,
            it.bundled(),
            new Cache.External(
                theirs.host(),
                or(theirs.port(), 6379),
                theirs.credentialsSecretRef(),
                or(theirs.tls(), Cache.External.Tls.Disabled)));
      }
    };
  }

  static ObjectStorage objectStorage(@Nullable ObjectStorage given) {
    var it = or(given, new ObjectStorage(null, null, null));
    var type = or(it.type(), ObjectStorage.Type.Bundled);
    return switch (type) {
      case Bundled -> {
        var own = or(it.bundled(), new ObjectStorage.Bundled(null, null, null));
        yield new ObjectStorage(
            type,
            new ObjectStorage.Bundled(
                storage(own.storage(), "20Gi"), own.credentialsSecretRef(), own.publicEndpoint()),
            it.external());
      }
      case External -> new ObjectStorage(type, it.bundled(), bucket(it.external()));
      case Disabled -> new ObjectStorage(type, it.bundled(), it.external());
    };
  }

  private static ObjectStorage.External bucket(ObjectStorage.@Nullable External given) {
    var it = required(given, "spec.objectStorage.external");
    return new ObjectStorage.External(
        it.endpoint(),
        it.stsEndpoint(),
        or(it.region(), "us-east-1"),
        or(it.bucket(), "daytona"),
        // Must be defined, and mean something only to AWS (contract 1.4, S3).
        or(it.accountId(), "/"),
        or(it.roleName(), "/"),
        it.credentialsSecretRef());
  }

  static Registry registry(@Nullable Registry given) {
    var it = or(given, new Registry(null, null, null));
    var type = or(it.type(), Registry.Type.Bundled);
    return switch (type) {
      case Bundled -> {
        var own = or(it.bundled(), new Registry.Bundled(null, null, null));
        yield new Registry(
            type,
            new Registry.Bundled(
                storage(own.storage(), "20Gi"),
                own.credentialsSecretRef(),
                own.garbageCollection()),
            it.external());
      }
      case External -> {
        var theirs = required(it.external(), "spec.registry.external");
        yield new Registry(
            type,
            it.bundled(),
            new Registry.External(
                theirs.url(), or(theirs.project(), "daytona"), theirs.credentialsSecretRef()));
      }
    };
  }
}
