# PostgreSQL and Redis: who gets in, and what is in force.
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

echo "--- Redis"
redis_password=$(secret cache-credentials password)
redis() { with_secret "$redis_password" REDISCLI_AUTH api redis-cli --no-auth-warning -h "$(host cache)" "$@"; }
anonymous_redis() { from api redis-cli -h "$(host cache)" PING; }
wrong_redis() { from api env REDISCLI_AUTH=wrong redis-cli --no-auth-warning -h "$(host cache)" PING; }
check "the generated password" says PONG redis PING
check "  and no other" says WRONGPASS wrong_redis
check "  and not without" says NOAUTH anonymous_redis
check "nothing is evicted" says noeviction redis CONFIG GET maxmemory-policy
