# shellcheck shell=bash
# The API. Sourced by check.sh; leaves a healthy API at $api for the other programs.
# shellcheck disable=SC2154

echo "--- API"
main=dist/apps/api/main.js
api_port=$(free_port)
api=http://127.0.0.1:$api_port/api
complete=(
  NODE_ENV=production ENVIRONMENT=production "PORT=$api_port" VERSION=v0.190.0 RUN_MIGRATIONS=false POSTHOG_API_KEY=
  DB_HOST=127.0.0.1 "DB_PORT=$postgres_port" DB_USERNAME=daytona DB_PASSWORD=secret
  REDIS_HOST=127.0.0.1 "REDIS_PORT=$redis_port" REDIS_PASSWORD=redis-secret REDIS_TLS=false
  "OIDC_ISSUER_BASE_URL=http://127.0.0.1:$issuer_port/dex" "PUBLIC_OIDC_DOMAIN=$public" OIDC_CLIENT_ID=daytona OIDC_AUDIENCE=daytona
  DASHBOARD_URL=https://daytona.example.test/dashboard DASHBOARD_BASE_API_URL= ENCRYPTION_KEY=e ENCRYPTION_SALT=s
  ADMIN_API_KEY=admin-key PROXY_API_KEY=proxy-key SSH_GATEWAY_API_KEY=gateway-key HEALTH_CHECK_API_KEY=health-key
  PROXY_DOMAIN=proxy.example.test PROXY_PROTOCOL=https PROXY_TEMPLATE_URL=https://x SSH_GATEWAY_URL=ssh.example.test:2222
  TRANSIENT_REGISTRY_URL=http://registry.test:6000 TRANSIENT_REGISTRY_ADMIN=u TRANSIENT_REGISTRY_PASSWORD=p TRANSIENT_REGISTRY_PROJECT_ID=daytona
  INTERNAL_REGISTRY_URL=http://registry.test:6000 INTERNAL_REGISTRY_ADMIN=u INTERNAL_REGISTRY_PASSWORD=p INTERNAL_REGISTRY_PROJECT_ID=daytona
  S3_ENDPOINT= DEFAULT_SNAPSHOT=daytonaio/sandbox:v1 DEFAULT_RUNNER_NAME=default-0 DEFAULT_RUNNER_API_KEY=runner-key
  ADMIN_MAX_CPU_PER_SANDBOX=4 ADMIN_MAX_MEMORY_PER_SANDBOX=8 ADMIN_MAX_DISK_PER_SANDBOX=10 SMTP_HOST= OTEL_ENABLED=false
)
databases=0
fresh() { # sets database: migrated, not seeded
  databases=$((databases + 1))
  database=fresh$databases
  sql postgres "CREATE DATABASE $database TEMPLATE migrated"
}
node_api() { # node_api CHANGE... [-- FLAG...]: in place of this shell
  local changes=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do changes+=("$1") && shift; done
  cd "$work/daytona" && with "${complete[@]}" "DB_DATABASE=$database" "${changes[@]}" -- node $main "${@:2}"
}
start_api() { # start_api CHANGE...: sets pid
  background "$work/api.log" node_api "$@"
  eventually 20 open "$api_port" || { not_ok "the API starts" && tail -3 "$work/api.log"; }
}
crash() { # crash NAME CHANGE...: ends soon
  fresh
  ends "$1" 1 0 6 node_api "${@:2}"
}

# Those that take long run beside the others.
slow() { # slow NAME FROM TO CHANGE...
  fresh
  (ends "$1" 1 "$2" "$3" node_api "${@:4}") >"$work/slow.$databases" 2>&1 &
  slow_pids+=($!)
}
slow_pids=()
slow 'a wrong database password is tried for 27 s' 26 33 DB_PASSWORD=wrong
slow 'an unreachable database is tried for 27 s' 26 33 "DB_PORT=$closed"
slow 'an unreachable Redis is tried for 10 s' 9 16 "REDIS_PORT=$closed"

for name in DB_HOST DB_PASSWORD REDIS_HOST OIDC_ISSUER_BASE_URL DASHBOARD_URL ENCRYPTION_KEY ENCRYPTION_SALT; do
  crash "$name must be defined" "-$name"
done
crash 'PORT must be a number' -PORT
crash 'a wrong Redis password' REDIS_PASSWORD=wrong
crash 'a service link in REDIS_PORT' REDIS_PORT=tcp://10.0.0.1:6379
crash 'an unreachable issuer is not tried again' "OIDC_ISSUER_BASE_URL=http://127.0.0.1:$closed/dex"
crash 'a trailing slash in the issuer' "OIDC_ISSUER_BASE_URL=http://127.0.0.1:$issuer_port/dex/"
crash 'S3 without its region' "S3_ENDPOINT=http://127.0.0.1:$closed" S3_ACCESS_KEY=a S3_SECRET_KEY=b
crash 'an unreachable S3' "S3_ENDPOINT=http://127.0.0.1:$closed" S3_REGION=us-east-1 S3_ACCESS_KEY=a S3_SECRET_KEY=b
crash 'an undefined registry at the first boot' -INTERNAL_REGISTRY_PASSWORD
crash 'an unknown APP_MODE' APP_MODE=web
database=empty
ends 'no tables' 1 0 6 node_api
chown root "$work/daytona/dist/apps/dashboard/index.html"
crash 'a dashboard that cannot be rewritten'
start_api DONT_SERVE_DASHBOARD=true
equal '  which it need not be when it is not served' 200 "$(status "$api/health")"
equal '  then another path is 500' 500 "$(status "http://127.0.0.1:$api_port/x")"
stop "$pid"
read_only() {
  # shellcheck disable=SC2016
  cd "$work/daytona" && exec unshare -m sh -c 'mount -o remount,bind,ro / && exec "$@"' sh \
    env -i PATH="$PATH" "${complete[@]}" "DB_DATABASE=$database" DONT_SERVE_DASHBOARD=true "${as_user[@]}" node $main
}
fresh
background "$work/api.log" read_only
check 'user 1000 on a read-only root is enough' eventually 20 open "$api_port"
check '  and the root is read-only' grep -q ' / / ro,' "/proc/$pid/mountinfo"
stop "$pid"
chown 1000 "$work/daytona/dist/apps/dashboard/index.html"

# Names: the server knows the full one only, the search list would complete a short one.
background "$work/names.log" exec "$work/helper" nameserver 127.0.0.77:53 dex.daytona.svc.cluster.local 127.0.0.1
names=$pid
printf 'nameserver 127.0.0.77\nsearch daytona.svc.cluster.local svc.cluster.local\noptions ndots:5\n' >"$work/resolv.conf"
printf '127.0.0.1 localhost dex\n' >"$work/hosts"
resolving() { # resolving HOST: with that resolver; the API gets as far as PORT, which is missing
  # shellcheck disable=SC2016
  exec unshare -m sh -c 'mount --bind "$1" /etc/resolv.conf && mount --bind "$2" /etc/hosts && cd "$3" && shift 3 && exec "$@"' sh \
    "$work/resolv.conf" "$work/hosts" "$work/daytona" \
    env -i PATH="$PATH" "${complete[@]}" "DB_DATABASE=$database" "OIDC_ISSUER_BASE_URL=http://$1:$issuer_port/dex" PORT= \
    "${as_user[@]}" node $main
}
fresh
for name in dex dex.daytona dex.daytona.svc; do
  ends "the short name $name, also from /etc/hosts" 1 0 6 resolving $name
  equal '  is not found' 1 "$(grep -c ENOTFOUND <<<"$last")"
done
ends 'the full name' 1 0 6 resolving dex.daytona.svc.cluster.local
equal '  is found: the next fault is another' 1 "$(grep -c 'PORT: port should be' <<<"$last")"
stop "$names"

# The trap of the first boot: the user is there before the key is read (T1).
fresh
ends 'no ADMIN_API_KEY at the first boot: one crash' 1 0 6 node_api -ADMIN_API_KEY
start_api
equal '  then an admin whom no key opens' 401 "$(status -H 'Authorization: Bearer admin-key' "$api/admin/runners")"
(node_api -- --create-admin-api-key rescue) >"$work/rescue.log" 2>&1
rescue=$(sed -n 's/^Admin API key created: //p' "$work/rescue.log")
equal '  until one is created' 200 "$(status -H "Authorization: Bearer $rescue" "$api/admin/runners")"
stop "$pid"

# shellcheck source=check/api-serving.sh
source "$here/check/api-serving.sh"
for p in "${slow_pids[@]}"; do wait "$p" || :; done
for log in "$work"/slow.*; do
  cat "$log"
  if grep -q '^ok' "$log"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
