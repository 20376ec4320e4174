-- Only a runner that takes no new sandboxes is drained.
BEGIN;
SET LOCAL lock_timeout = '10s';
\getenv region REGION
\getenv name RUNNER
UPDATE runner SET draining = true, "updatedAt" = now()
  WHERE region = :'region' AND name = :'name' AND unschedulable AND NOT draining;
COMMIT;
-- Daytona saves whole rows: one that it had read before is written back within moments.
SELECT pg_sleep(2) \g /dev/null
SELECT CASE WHEN count(*) = 1 THEN 'true' ELSE 'false' END AS drains
  FROM runner WHERE region = :'region' AND name = :'name' AND draining \gset
\if :drains
\else
  \warn 'there is no such runner, or it takes new sandboxes, or Daytona has undone the change'
  DO $$ BEGIN RAISE EXCEPTION 'not drained'; END $$;
\endif
