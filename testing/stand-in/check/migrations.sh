# shellcheck shell=bash
# The migration Jobs. Sourced by check.sh; leaves a database "migrated" as a template.
# shellcheck disable=SC2154

echo "--- migrations"
migration=(DB_HOST=127.0.0.1 "DB_PORT=$postgres_port" DB_USERNAME=daytona DB_PASSWORD=secret HOME=/tmp)
migrate() { # migrate DATABASE SCRIPT CHANGE...
  local database=$1 script=$2
  shift 2
  cd "$work/daytona" && with "${migration[@]}" "DB_DATABASE=$database" "$@" -- yarn "migration:run:$script"
}
count() { sql "$1" 'SELECT count(*) FROM migrations'; }

sql postgres 'CREATE DATABASE migrated' && sql postgres 'CREATE DATABASE empty'
ends 'pre-deploy alone on an empty database fails' 1 0 5 migrate empty pre-deploy
ends 'post-deploy alone on an empty database fails' 1 0 5 migrate empty post-deploy
ends 'a wrong password fails at once' 1 0 5 migrate empty init DB_PASSWORD=wrong
ends 'an unknown script fails' 1 0 5 migrate empty down
ends 'without a package in the working directory it fails' 1 0 5 \
  with "${migration[@]}" DB_DATABASE=empty -- env -C "$work" yarn migration:run:init
mv "$work/daytona/.yarn/cached" "$work/cached"
ends 'without a filled or writable .yarn it fails' 1 0 5 migrate empty init
mv "$work/cached" "$work/daytona/.yarn/cached"
check 'init makes the tables' migrate migrated init
equal 'and a row for each migration' 3 "$(count migrated)"
for script in init pre-deploy post-deploy; do
  check "$script again changes nothing" migrate migrated "$script"
done
equal 'still one row each' 3 "$(count migrated)"
equal 'uuid-ossp is installed' 1 "$(sql migrated "SELECT count(*) FROM pg_extension WHERE extname = 'uuid-ossp'")"

# Nothing keeps two Jobs apart: the second meets what the first has not committed yet.
sql empty 'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; DROP TABLE IF EXISTS migrations'
background "$work/other.log" sql empty "BEGIN; CREATE TABLE region (id int); SELECT pg_sleep(3); COMMIT"
other=$pid
sleep 1
ends 'a second one at the same time crashes' 1 1 6 migrate empty init
equal 'by a unique violation' 1 "$(grep -c 'SQLSTATE 23505' <<<"$last")"
wait "$other"
sql postgres "CREATE ROLE plain LOGIN PASSWORD 'secret'"
sql postgres 'CREATE DATABASE bare TEMPLATE template0'
sql bare 'REVOKE ALL ON SCHEMA public FROM PUBLIC'
ends 'a user without the right to create in the schema fails' 1 0 5 migrate bare init DB_USERNAME=plain
