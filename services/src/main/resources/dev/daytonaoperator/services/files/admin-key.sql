-- The administrator's key becomes the one of the Secret; the row is made where Daytona left its
-- administrator without any. Daytona keeps a hash, three characters of either end, and no more.
BEGIN;
SET LOCAL lock_timeout = '10s';
CREATE TEMPORARY TABLE secret (value text NOT NULL) ON COMMIT DROP;
\copy secret FROM PROGRAM 'cat "$CREDENTIALS/value"' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
  SELECT encode(sha256(convert_to(value, 'UTF8')), 'hex') AS hash,
         left(value, 3) AS prefix,
         right(value, 3) AS suffix
  FROM secret;
UPDATE api_key
  SET "keyHash" = wanted.hash, "keyPrefix" = wanted.prefix, "keySuffix" = wanted.suffix, "expiresAt" = NULL
  FROM wanted
  WHERE api_key."userId" = 'daytona-admin' AND api_key.name = 'daytona-admin'
    AND (api_key."keyHash" <> wanted.hash OR api_key."expiresAt" IS NOT NULL);
INSERT INTO api_key
    ("organizationId", "userId", name, "keyHash", "keyPrefix", "keySuffix", permissions, "createdAt")
  SELECT organization.id, 'daytona-admin', 'daytona-admin', wanted.hash, wanted.prefix, wanted.suffix,
         enum_range(NULL::api_key_permissions_enum), now()
  FROM organization, wanted
  WHERE organization."createdBy" = 'daytona-admin' AND organization.personal
    AND NOT EXISTS (SELECT FROM api_key WHERE "userId" = 'daytona-admin' AND name = 'daytona-admin');
DO $$
BEGIN
  IF (SELECT count(*) FROM api_key, wanted
      WHERE "userId" = 'daytona-admin' AND name = 'daytona-admin' AND "keyHash" = hash) <> 1 THEN
    RAISE EXCEPTION 'Daytona has no administrator to give the key to';
  END IF;
END
$$;
COMMIT;
