#!/usr/bin/env bash
# What the official pgAdmin image documents of its start: PGADMIN_CONFIG_* become config_distro.py
# unless that file has content; the first start makes the configuration database and loads
# PGADMIN_SERVER_JSON_FILE; PGADMIN_REPLACE_SERVERS_ON_STARTUP loads it at every start.
set -eu
python=/venv/bin/python3
cd /pgadmin4

if [ ! -s config_distro.py ]; then
  cat >config_distro.py <<PY
CA_FILE = '/etc/ssl/certs/ca-certificates.crt'
LOG_FILE = '/dev/null'
HELP_PATH = '../../docs'
DEFAULT_BINARY_PATHS = {'pg': '/usr/local/pgsql-17'}
PY
  for variable in $(compgen -e PGADMIN_CONFIG_ || :); do
    echo "${variable#PGADMIN_CONFIG_} = ${!variable}" >>config_distro.py
  done
fi

load_servers() {
  local file=${PGADMIN_SERVER_JSON_FILE:-/pgadmin4/servers.json} options=()
  [ -f "$file" ] || return 0
  [ "${PGADMIN_REPLACE_SERVERS_ON_STARTUP:-}" != True ] || options+=(--replace)
  [ "${PGADMIN_CONFIG_SERVER_MODE:-}" = False ] || options+=(--user "$PGADMIN_DEFAULT_EMAIL")
  $python setup.py load-servers "$file" "${options[@]}"
}

if [ ! -f /var/lib/pgadmin/pgadmin4.db ]; then
  if [ -n "${PGADMIN_DEFAULT_PASSWORD_FILE:-}" ]; then
    PGADMIN_DEFAULT_PASSWORD=$(<"$PGADMIN_DEFAULT_PASSWORD_FILE")
  fi
  if [ -z "${PGADMIN_DEFAULT_EMAIL:-}" ] || [ -z "${PGADMIN_DEFAULT_PASSWORD:-}" ]; then
    echo "You need to define the PGADMIN_DEFAULT_EMAIL and PGADMIN_DEFAULT_PASSWORD or" \
      "PGADMIN_DEFAULT_PASSWORD_FILE environment variables." >&2
    exit 1
  fi
  export PGADMIN_SETUP_EMAIL=$PGADMIN_DEFAULT_EMAIL PGADMIN_SETUP_PASSWORD=$PGADMIN_DEFAULT_PASSWORD
  $python run_pgadmin.py # to import it makes the database
  load_servers
elif [ "${PGADMIN_REPLACE_SERVERS_ON_STARTUP:-}" = True ]; then
  load_servers
fi

if [ -z "${PGADMIN_DISABLE_POSTFIX:-}" ]; then
  # The official image starts a mail server here, by sudo; this one has none.
  echo "no Postfix in this image: set PGADMIN_DISABLE_POSTFIX" >&2
  exit 1
fi
timeout=$($python -c 'import config; print(config.SESSION_EXPIRATION_TIME * 60 * 60 * 24)')
# one worker: sessions are in its memory
exec $python /venv/bin/gunicorn --timeout "$timeout" \
  --bind "${PGADMIN_LISTEN_ADDRESS:-[::]}:${PGADMIN_LISTEN_PORT:-80}" \
  -w 1 --threads "${GUNICORN_THREADS:-25}" --access-logfile "${GUNICORN_ACCESS_LOGFILE:--}" \
  run_pgadmin:app
