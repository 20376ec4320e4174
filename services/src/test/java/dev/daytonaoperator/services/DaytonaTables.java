package dev.daytonaoperator.services;

/**
 * The tables that the Jobs touch, with names, types and constraints as Daytona's migrations leave
 * them behind at v0.190.0, and some rows. Columns that no Job reads are left out.
 */
final class DaytonaTables {

  static final String SQL =
      """
      DROP TABLE IF EXISTS api_key, organization, docker_registry, runner;
      DROP TYPE IF EXISTS api_key_permissions_enum, docker_registry_registrytype_enum, runner_state_enum;
      CREATE TYPE api_key_permissions_enum AS ENUM ('write:registries', 'write:sandboxes', 'read:runners');
      CREATE TYPE docker_registry_registrytype_enum AS ENUM ('internal', 'organization', 'transient', 'backup');
      CREATE TYPE runner_state_enum AS ENUM ('initializing', 'ready', 'disabled', 'decommissioned', 'unresponsive');
      CREATE TABLE organization (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar NOT NULL,
        "createdBy" varchar NOT NULL, personal boolean NOT NULL DEFAULT false);
      CREATE TABLE api_key ("organizationId" uuid NOT NULL, "userId" varchar NOT NULL, name varchar NOT NULL,
        "keyHash" varchar NOT NULL DEFAULT '' UNIQUE, "keyPrefix" varchar NOT NULL DEFAULT '',
        "keySuffix" varchar NOT NULL DEFAULT '', permissions api_key_permissions_enum[] NOT NULL,
        "createdAt" timestamp NOT NULL, "lastUsedAt" timestamp, "expiresAt" timestamp,
        PRIMARY KEY ("organizationId", "userId", name));
      CREATE TABLE docker_registry (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar NOT NULL,
        url varchar NOT NULL, username varchar NOT NULL, password varchar NOT NULL,
        "isDefault" boolean NOT NULL DEFAULT false, "isFallback" boolean NOT NULL DEFAULT false,
        project varchar NOT NULL DEFAULT '', "organizationId" uuid, region varchar,
        "registryType" docker_registry_registrytype_enum NOT NULL DEFAULT 'internal',
        "createdAt" timestamptz NOT NULL DEFAULT now(), "updatedAt" timestamptz NOT NULL DEFAULT now());
      CREATE TABLE runner (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "apiKey" varchar NOT NULL,
        region varchar NOT NULL, name varchar NOT NULL, state runner_state_enum NOT NULL DEFAULT 'initializing',
        unschedulable boolean NOT NULL DEFAULT false, draining boolean NOT NULL DEFAULT false,
        "createdAt" timestamptz NOT NULL DEFAULT now(), "updatedAt" timestamptz NOT NULL DEFAULT now(),
        UNIQUE (region, name));
      INSERT INTO organization (name, "createdBy", personal)
        VALUES ('Personal', 'daytona-admin', true), ('Team', 'daytona-admin', false), ('Personal', 'eve', true);
      INSERT INTO api_key SELECT id, "createdBy", "createdBy", name || "createdBy", 'old', 'key',
        ARRAY['write:sandboxes']::api_key_permissions_enum[], now() FROM organization WHERE personal;
      INSERT INTO runner ("apiKey", region, name) VALUES ('t0', 'us', 'default-0'), ('t1', 'us', 'default-1'),
        ('t2', 'eu', 'default-0');
      """;

  private DaytonaTables() {}
}
