package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Database;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * pgAdmin on Daytona's database. It asks nobody for a password, so it is never published (contract
 * 6.6).
 */
final class PgadminComponent implements Component {

  /** User of the image; its group there is root's, which a volume should not have. */
  private static final int PGADMIN = 5050;

  private static final String CONNECTION = "/connection";

  /**
   * What the image's entrypoint writes on a first start, had it a writable root, and no log-in: one
   * person, one database, reached by port-forward.
   */
  private static final String CONFIG =
      """
      CA_FILE = '/etc/ssl/certs/ca-certificates.crt'
      LOG_FILE = '/dev/null'
      HELP_PATH = '../../docs'
      DEFAULT_BINARY_PATHS = {'pg': '/usr/local/pgsql-17'}
      SERVER_MODE = False
      MASTER_PASSWORD_REQUIRED = False
      UPGRADE_CHECK_ENABLED = False
      """;

  private static final String SERVERS =
      """
      {
        "Servers": {
          "1": {
            "Name": "Daytona",
            "Group": "Servers",
            "Host": "%s",
            "Port": %d,
            "MaintenanceDB": "%s",
            "Username": "@USERNAME@",
            "ConnectionParameters": {%s, "passfile": "/connection/pgpass"}
          }
        }
      }
      """;

  /**
   * libpq ignores a password file that a group can read, and the user may come from a Secret. After
   * a restart of the node this runs again in the same directory, where the copy is read-only.
   */
  private static final String PREPARE =
      """
      set -eu
      umask 077
      cp -f /credentials/pgpass /connection/pgpass
      user=$(printf %s "$DATABASE_USERNAME" | sed 's/[\\\\/&]/\\\\&/g')
      sed "s/@USERNAME@/$user/" /configuration/servers.json > /connection/servers.json
      """;

  @Override
  public ComponentName name() {
    return ComponentName.PGADMIN;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    if (!Installed.has(inputs.spec(), name())) {
      return List.of();
    }
    var identity = Identity.of(inputs, name());
    var config =
        ConfigMaps.of(
            identity, Map.of("config_distro.py", CONFIG, "servers.json", servers(inputs)));
    return List.of(
        config,
        Services.service(inputs, name(), new Port("http", ServiceNames.PGADMIN_PORT)),
        Workloads.deployment(inputs, identity, 1, Rollout.ROLLING, pod(inputs, config)));
  }

  private static String servers(Inputs inputs) {
    var endpoint = inputs.endpoints().database();
    var database = inputs.spec().database();
    return switch (database.type()) {
      case Bundled ->
          SERVERS.formatted(
              endpoint.host(),
              endpoint.port(),
              database.bundled().name(),
              "\"sslmode\": \"prefer\"");
      case External ->
          SERVERS.formatted(
              endpoint.host(),
              endpoint.port(),
              database.external().name(),
              tls(database.external().tls()));
    };
  }

  private static String tls(Database.External.TlsMode mode) {
    return switch (mode) {
      case Disabled -> "\"sslmode\": \"disable\"";
      case Require -> "\"sslmode\": \"require\"";
      case VerifyFull -> "\"sslmode\": \"verify-full\", \"sslrootcert\": \"system\"";
    };
  }

  private PodTemplate pod(Inputs inputs, ConfigMap config) {
    return PodTemplate.of(inputs, name())
        .runAs(PGADMIN, PGADMIN)
        .initContainer("connection", Image.PGADMIN, c -> prepare(c, inputs, config))
        .container("pgadmin", Image.PGADMIN, c -> pgadmin(c, config));
  }

  private static void prepare(ContainerSpec c, Inputs inputs, ConfigMap config) {
    c.command("sh", "-c", PREPARE)
        .secretDirectory(
            "/credentials", Map.of("pgpass", inputs.credentials().get(Credential.PGADMIN_PGPASS)))
        .configDirectory("/configuration", config)
        .writable(CONNECTION)
        .requests("10m", "32Mi");
    var database = inputs.spec().database();
    switch (database.type()) {
      case Bundled -> c.env("DATABASE_USERNAME", database.bundled().user());
      case External -> c.secretEnv("DATABASE_USERNAME", Credential.DATABASE_USERNAME);
    }
  }

  private static void pgadmin(ContainerSpec c, ConfigMap config) {
    var ping = Probes.http("/misc/ping", ServiceNames.PGADMIN_PORT);
    c.env("PGADMIN_DEFAULT_EMAIL", "dev@daytona.io")
        .secretEnv("PGADMIN_DEFAULT_PASSWORD", Credential.PGADMIN_PASSWORD)
        .env("PGADMIN_LISTEN_ADDRESS", "0.0.0.0")
        .env("PGADMIN_LISTEN_PORT", ServiceNames.PGADMIN_PORT)
        // the entrypoint decides by these two how it loads the servers
        .env("PGADMIN_CONFIG_SERVER_MODE", "False")
        .env("PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED", "False")
        .env("PGADMIN_SERVER_JSON_FILE", CONNECTION + "/servers.json")
        .env("PGADMIN_REPLACE_SERVERS_ON_STARTUP", "True")
        // needs sudo, which a process without privileges has not
        .env("PGADMIN_DISABLE_POSTFIX", "True")
        // the image's Python carries this file capability: without it the kernel refuses to start
        // Python at all, though the port is above 1024. Pod Security's restricted profile allows it
        .capabilities("NET_BIND_SERVICE")
        .configFile("/pgadmin4/config_distro.py", config, "config_distro.py")
        .writable(CONNECTION)
        .writable("/var/lib/pgadmin")
        .writable("/run/pgadmin")
        .writable("/tmp")
        .port("http", ServiceNames.PGADMIN_PORT)
        .startup(Probes.within(180, ping))
        .readiness(ping)
        .liveness(ping)
        .requests("20m", "256Mi")
        .memoryLimit("1Gi");
  }
}
