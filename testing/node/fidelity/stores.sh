# PostgreSQL, Redis and MinIO: who gets in, what they do, what survives.
# shellcheck shell=bash
# shellcheck disable=SC2154
lend_tools api

echo "--- PostgreSQL"
database_user=$(variable api DB_USERNAME)
database_password=$(secret database-credentials password)
sql() { with_secret "$database_password" PGPASSWORD api psql -h "$(host database)" -U "$database_user" -d daytona -Atqc "$1"; }
wrong_sql() { from api env PGPASSWORD=wrong psql -h "$(host database)" -U "$database_user" -d daytona -Atqc 'SELECT 1'; }
equal "the generated password over TCP" 18 "$(sql "SELECT current_setting('server_version_num')::int / 10000")"
check "  and no other" says "password authentication failed" wrong_sql
check "uuid-ossp is there" sql 'SELECT uuid_generate_v4()'
equal "tables of the migrations" 1 "$(sql "SELECT count(*) FROM information_schema.tables WHERE table_name = 'migrations'")"
sql "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS value" >/dev/null

echo "--- Redis"
redis_password=$(secret cache-credentials password)
redis() { with_secret "$redis_password" REDISCLI_AUTH api redis-cli --no-auth-warning -h "$(host cache)" "$@"; }
anonymous_redis() { from api redis-cli -h "$(host cache)" PING; }
wrong_redis() { from api env REDISCLI_AUTH=wrong redis-cli --no-auth-warning -h "$(host cache)" PING; }
check "the generated password" says PONG redis PING
check "  and no other" says WRONGPASS wrong_redis
check "  and not without" says NOAUTH anonymous_redis
check "nothing is evicted" says noeviction redis CONFIG GET maxmemory-policy
redis SET kept 42 >/dev/null

echo "--- both after their pods were deleted"
restart database & restart cache & wait
# a moment passes until a Service knows the new pod
check "PostgreSQL's data, by the same password" soon 30 gives 42 sql 'SELECT value FROM kept'
check "Redis' data" soon 30 gives 42 redis GET kept

echo "--- MinIO"
forward minio 35011 9000
forward minio 35012 9001
scoped_key=$(secret object-storage-access accessKey)
scoped_secret=$(secret object-storage-access secretKey)
root_secret=$(secret object-storage-credentials rootPassword)
root_user=$(secret object-storage-credentials rootUser)
mc=$("$node/build.sh" mc)/bin/mc
scoped() { MC_HOST_s="http://$scoped_key:$scoped_secret@localhost:35011" "$mc" --config-dir "$work/mc" "$@"; }
root_mc() { MC_HOST_r="http://$root_user:$root_secret@localhost:35011" "$mc" --config-dir "$work/mc" "$@"; }
volume=daytona-volume-$(cat /proc/sys/kernel/random/uuid)
echo content >"$work/object"
check "the bucket is there" says daytona/ scoped ls s
check "the scoped user writes into it" scoped cp "$work/object" s/daytona/kept
check "  and reads from it" says content scoped cat s/daytona/kept
check "  makes a volume's bucket" scoped mb "s/$volume"
check "  and removes it" scoped rb --force "s/$volume"
check "  but makes no other" says "Access Denied" scoped mb s/other
root_mc mb --ignore-existing r/foreign >/dev/null
root_mc cp "$work/object" r/foreign/object >/dev/null
check "  reads no other" says "Insufficient permissions" scoped cat s/foreign/object
check "  and administrates nothing" says "Access Denied" scoped admin info s
root_mc rb --force r/foreign >/dev/null
assume_role() { # as the API does for uploads of SDKs
  request -K - -X POST --aws-sigv4 aws:amz:us-east-1:sts -d 'Action=AssumeRole&Version=2011-06-15&DurationSeconds=3600' \
    http://localhost:35011/minio/v1/assume-role <<<"user = \"$scoped_key:$scoped_secret\"" | sed 's/>[^<]*</></g'
}
check "STS gives the scoped user a session" says "<SessionToken>" assume_role
check "the console" says "<title>MinIO Console" request http://localhost:35012/
end_forwards
