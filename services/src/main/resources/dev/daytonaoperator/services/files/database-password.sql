-- The value is in no statement's text, so that no log of the server has it.
BEGIN;
CREATE TEMPORARY TABLE secret (value text NOT NULL) ON COMMIT DROP;
\copy secret FROM PROGRAM 'cat "$CREDENTIALS/next"' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
DO $$
BEGIN
  EXECUTE format('ALTER ROLE %I PASSWORD %L', current_user, (SELECT value FROM secret));
END
$$;
COMMIT;
