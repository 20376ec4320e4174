#!/usr/bin/env bash
# What the official PostgreSQL image documents of its start: POSTGRES_PASSWORD, POSTGRES_USER,
# POSTGRES_DB and POSTGRES_INITDB_ARGS, each also as *_FILE; POSTGRES_HOST_AUTH_METHOD; PGDATA;
# scripts in /docker-entrypoint-initdb.d; started as root it goes on as postgres.
set -Eeuo pipefail

from_file() {
  local variable=$1 file=${1}_FILE
  if [ -n "${!variable:-}" ] && [ -n "${!file:-}" ]; then
    echo "error: both $variable and $file are set (but are exclusive)" >&2
    exit 1
  fi
  if [ -n "${!file:-}" ]; then
    export "$variable=$(<"${!file}")"
  else
    export "$variable=${!variable:-${2:-}}"
  fi
  unset "$file"
}

refuse_earlier_layout() {
  if [ -s /var/lib/postgresql/data/PG_VERSION ] ||
    { mountpoint -q /var/lib/postgresql/data && [ "$PGDATA" != /var/lib/postgresql/data ]; }; then
    echo "Error: in 18+, these Docker images are configured to store database data in a format" \
      "which is compatible with pg_ctlcluster; there appears to be PostgreSQL data in" \
      "/var/lib/postgresql/data (unused mount/volume)" >&2
    exit 1
  fi
}

query() { PGHOST=/var/run/postgresql psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" "$@"; }

run_init_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    # shellcheck source=/dev/null
    case $script in
      *.sh) if [ -x "$script" ]; then "$script"; else source "$script"; fi ;;
      *.sql) query -d "$POSTGRES_DB" -f "$script" ;;
      *.sql.gz) gunzip -c "$script" | query -d "$POSTGRES_DB" ;;
    esac
  done
}

initialize() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified. You must" \
      "specify POSTGRES_PASSWORD to a non-empty value for the superuser." >&2
    exit 1
  fi
  # the socket's place is built into the official image's server and clients
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD")' \
    --set unix_socket_directories=/var/run/postgresql "$POSTGRES_INITDB_ARGS"
  printf '\nhost all all all %s\n' \
    "${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption)}" >>"$PGDATA/pg_hba.conf"
  # A server for the scripts alone: it listens on no port, so no probe by TCP takes it for the real one.
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
  if [ -z "$(query -d postgres --set db="$POSTGRES_DB" --tuples-only \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")" ]; then
    query -d postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  run_init_scripts
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

case ${1:-} in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"
for argument in "$@"; do
  case $argument in -\? | --help | --describe-config | -V | --version) exec "$@" ;; esac
done
mkdir -p "$PGDATA"
chmod 00700 "$PGDATA" 2>/dev/null || :
mkdir -p /var/run/postgresql 2>/dev/null || :
chmod 03775 /var/run/postgresql 2>/dev/null || :
if [ "$(id -u)" = 0 ]; then
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
from_file POSTGRES_PASSWORD
from_file POSTGRES_USER postgres
from_file POSTGRES_DB "$POSTGRES_USER"
from_file POSTGRES_INITDB_ARGS
: "${POSTGRES_HOST_AUTH_METHOD:=}"
if [ -s "$PGDATA/PG_VERSION" ]; then
  printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
else
  refuse_earlier_layout
  initialize
fi
exec "$@"
