-- A runner that Daytona has decommissioned stays so: that is final there.
BEGIN;
SET LOCAL lock_timeout = '10s';
\getenv region REGION
\getenv name RUNNER
UPDATE runner SET draining = false, "updatedAt" = now()
  WHERE region = :'region' AND name = :'name' AND draining AND state <> 'decommissioned';
COMMIT;
