-- Snapshots, uploads and backups: the platform's own rows, and only while they mean this registry.
-- Where Daytona has not made a row yet it will make it with the login of the Secret.
BEGIN;
SET LOCAL lock_timeout = '10s';
CREATE TEMPORARY TABLE username (value text NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE password (value text NOT NULL) ON COMMIT DROP;
\copy username FROM PROGRAM 'cat "$CREDENTIALS/username"' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
\copy password FROM PROGRAM 'cat "$CREDENTIALS/value"' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
\getenv url REGISTRY_URL
UPDATE docker_registry
  SET username = username.value, password = password.value, "updatedAt" = now()
  FROM username, password
  WHERE docker_registry."organizationId" IS NULL
    AND docker_registry."registryType" IN ('internal', 'transient', 'backup')
    AND docker_registry.url = rtrim(:'url', '/')
    AND (docker_registry.username, docker_registry.password) <> (username.value, password.value);
COMMIT;
