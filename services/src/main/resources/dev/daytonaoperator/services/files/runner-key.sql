-- The row of one runner gets the token of its Secret. Two rows with one token would be one runner
-- to Daytona, which does not refuse it.
BEGIN;
SET LOCAL lock_timeout = '10s';
CREATE TEMPORARY TABLE secret (value text NOT NULL) ON COMMIT DROP;
\copy secret FROM PROGRAM 'cat "$CREDENTIALS/value"' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
\getenv region REGION
\getenv name RUNNER
UPDATE runner
  SET "apiKey" = secret.value, "updatedAt" = now()
  FROM secret
  WHERE region = :'region' AND name = :'name' AND "apiKey" <> secret.value;
DO $$
BEGIN
  IF (SELECT count(*) FROM runner, secret WHERE "apiKey" = value) > 1 THEN
    RAISE EXCEPTION 'another runner has this token';
  END IF;
END
$$;
COMMIT;
