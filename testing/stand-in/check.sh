#!/usr/bin/env bash
# Runs API, migrations, proxy, SSH gateway and runner of the stand-in on loopback, with a real
# PostgreSQL and a real Redis from Debian's packages, and shows that each works and that each broken
# environment fails as Daytona's own programs do. Takes about two minutes.
# Needs root: for users of their own, a private /etc/resolv.conf, and port 53 of 127.0.0.77.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=check/lib.sh
source "$here/check/lib.sh"
[ "$(id -u)" = 0 ] || { echo "check.sh needs root" >&2; exit 1; }
need postgres postgresql
need psql postgresql-client
need redis-server redis-server
need ssh-keygen openssh-client
need iptables iptables
need curl curl
need jq jq

bin=$("$here/build.sh")/bin
work=$(mktemp -d)
chmod 755 "$work"
trap 'stop_all; rm -rf "$work"' EXIT
(cd "$here" && CGO_ENABLED=0 go build -o "$work/helper" ./check/helper)
mkdir -p "$work/bin" "$work/daytona/dist/apps/api" "$work/daytona/dist/apps/dashboard/assets" "$work/daytona/.yarn"
install -m 755 "$bin/daytona-stand-in" "$work/bin/daytona-stand-in" # the user may not read root's cache
for name in node yarn daytona-proxy daytona-ssh-gateway daytona-runner; do
  ln -sf daytona-stand-in "$work/bin/$name"
done
touch "$work/daytona/dist/apps/dashboard/index.html"
touch "$work/daytona/dist/apps/api/main.js" "$work/daytona/.yarn/cached"
echo '{}' >"$work/daytona/package.json"
chown -R 1000 "$work/daytona/dist/apps/dashboard"
PATH=$work/bin:$PATH

start_postgres
start_redis
issuer_port=$(free_port)
public=http://login.example.test/dex
background "$work/issuer.log" exec "$work/helper" issuer "127.0.0.1:$issuer_port" "$public"
eventually 10 open "$issuer_port"
closed=$(free_port) # nobody listens there
echo "PostgreSQL $(sql postgres 'SHOW server_version'), $(redis-server --version | cut -d' ' -f1-3)"

# shellcheck source=check/migrations.sh
source "$here/check/migrations.sh"
# shellcheck source=check/api.sh
source "$here/check/api.sh"
# shellcheck source=check/edge.sh
source "$here/check/edge.sh"
finish
