-- The tables that the stand-in's API uses, with the names and columns that the real ones have.
-- uuid_generate_v4 comes from the uuid-ossp extension.
CREATE TABLE "region" (
  "id" varchar PRIMARY KEY,
  "name" varchar NOT NULL UNIQUE,
  "organizationId" uuid,
  "regionType" varchar NOT NULL DEFAULT 'shared',
  "enforceQuotas" boolean NOT NULL DEFAULT false,
  "createdAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "user" (
  "id" varchar PRIMARY KEY,
  "name" varchar NOT NULL,
  "email" varchar NOT NULL DEFAULT '',
  "emailVerified" boolean NOT NULL DEFAULT false,
  "role" varchar NOT NULL DEFAULT 'user',
  "createdAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "organization" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "name" varchar NOT NULL,
  "createdBy" varchar NOT NULL REFERENCES "user" ("id"),
  "personal" boolean NOT NULL DEFAULT false,
  "defaultRegionId" varchar,
  "suspended" boolean NOT NULL DEFAULT false,
  "maxCpuPerSandbox" integer NOT NULL,
  "maxMemoryPerSandbox" integer NOT NULL,
  "maxDiskPerSandbox" integer NOT NULL,
  "snapshotQuota" integer NOT NULL
);
CREATE TABLE "api_key" (
  "organizationId" uuid NOT NULL,
  "userId" varchar NOT NULL,
  "name" varchar NOT NULL,
  "keyHash" varchar NOT NULL UNIQUE DEFAULT '',
  "keyPrefix" varchar NOT NULL DEFAULT '',
  "keySuffix" varchar NOT NULL DEFAULT '',
  "createdAt" timestamp NOT NULL,
  "lastUsedAt" timestamp,
  "expiresAt" timestamp,
  PRIMARY KEY ("organizationId", "userId", "name")
);
CREATE TABLE "docker_registry" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "name" varchar NOT NULL,
  "url" varchar NOT NULL,
  "username" varchar NOT NULL,
  "password" varchar NOT NULL,
  "isDefault" boolean NOT NULL DEFAULT false,
  "isFallback" boolean NOT NULL DEFAULT false,
  "project" varchar NOT NULL DEFAULT '',
  "organizationId" uuid,
  "region" varchar,
  "registryType" varchar NOT NULL DEFAULT 'internal',
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TYPE "runner_runnerclass_enum" AS ENUM ('container', 'vm');
CREATE TABLE "runner" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "domain" varchar,
  "apiUrl" varchar,
  "proxyUrl" varchar,
  "apiKey" varchar NOT NULL,
  "cpu" double precision NOT NULL DEFAULT 0,
  "memoryGiB" double precision NOT NULL DEFAULT 0,
  "diskGiB" double precision NOT NULL DEFAULT 0,
  "gpu" integer,
  "gpuType" varchar,
  "sandboxClass" varchar NOT NULL DEFAULT 'container',
  "runnerClass" "runner_runnerclass_enum" NOT NULL DEFAULT 'container',
  "currentCpuLoadAverage" double precision NOT NULL DEFAULT 0,
  "currentCpuUsagePercentage" double precision NOT NULL DEFAULT 0,
  "currentMemoryUsagePercentage" double precision NOT NULL DEFAULT 0,
  "currentDiskUsagePercentage" double precision NOT NULL DEFAULT 0,
  "currentAllocatedCpu" double precision NOT NULL DEFAULT 0,
  "currentAllocatedMemoryGiB" double precision NOT NULL DEFAULT 0,
  "currentAllocatedDiskGiB" double precision NOT NULL DEFAULT 0,
  "currentSnapshotCount" integer NOT NULL DEFAULT 0,
  "currentStartedSandboxes" integer NOT NULL DEFAULT 0,
  "availabilityScore" integer NOT NULL DEFAULT 0,
  "region" varchar NOT NULL,
  "name" varchar NOT NULL,
  "state" varchar NOT NULL DEFAULT 'initializing',
  "appVersion" varchar DEFAULT 'v0.0.0-dev',
  "apiVersion" varchar NOT NULL DEFAULT '0',
  "lastChecked" timestamptz,
  "unschedulable" boolean NOT NULL DEFAULT false,
  "draining" boolean NOT NULL DEFAULT false,
  "tags" text[] NOT NULL DEFAULT '{}',
  "serviceHealth" jsonb,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "runner_region_name_unique" UNIQUE ("region", "name")
);
CREATE TABLE "snapshot" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "organizationId" uuid NOT NULL,
  "general" boolean NOT NULL DEFAULT false,
  "name" varchar NOT NULL,
  "imageName" varchar NOT NULL,
  "state" varchar NOT NULL DEFAULT 'pending',
  "errorReason" varchar,
  "size" double precision,
  "ref" varchar,
  "initialRunnerId" uuid,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now(),
  UNIQUE ("organizationId", "name")
);
CREATE TABLE "sandbox" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "organizationId" uuid NOT NULL,
  "name" varchar NOT NULL,
  "snapshot" varchar NOT NULL,
  "region" varchar NOT NULL,
  "runnerId" uuid,
  "osUser" varchar NOT NULL DEFAULT 'daytona',
  "env" jsonb NOT NULL DEFAULT '{}',
  "labels" jsonb NOT NULL DEFAULT '{}',
  "public" boolean NOT NULL DEFAULT false,
  "authToken" varchar NOT NULL,
  "cpu" integer NOT NULL,
  "mem" integer NOT NULL,
  "disk" integer NOT NULL,
  "state" varchar NOT NULL DEFAULT 'creating',
  "desiredState" varchar NOT NULL DEFAULT 'started',
  "errorReason" varchar,
  "daemonVersion" varchar,
  "lastActivityAt" timestamptz,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now(),
  UNIQUE ("organizationId", "name")
);
CREATE TABLE "job" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "type" varchar NOT NULL,
  "status" varchar NOT NULL DEFAULT 'PENDING',
  "runnerId" uuid NOT NULL,
  "resourceType" varchar NOT NULL,
  "resourceId" varchar NOT NULL,
  "payload" text,
  "resultMetadata" text,
  "errorMessage" text,
  "startedAt" timestamptz,
  "completedAt" timestamptz,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "ssh_access" (
  "id" uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  "sandboxId" uuid NOT NULL REFERENCES "sandbox" ("id"),
  "token" varchar NOT NULL UNIQUE,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now()
);
