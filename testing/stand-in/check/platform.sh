# shellcheck shell=bash
# PostgreSQL, Redis, registry, issuer, API, proxy and gateway. Sourced by check-runner.sh.
# shellcheck disable=SC2154

start_postgres
start_redis
background "$work/issuer.log" exec "$work/helper" issuer 127.0.0.1:5556 http://login.example.test/dex
"$work/helper" htpasswd user registry-secret >"$work/htpasswd"
cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry}, delete: {enabled: true}}
http: {addr: "127.0.0.1:6000"}
auth: {htpasswd: {realm: registry, path: $work/htpasswd}}
YAML
background "$work/registry.log" exec docker-registry serve "$work/registry.yml"
eventually 10 open 6000
eventually 10 open 5556

mkdir -p "$work/daytona/dist/apps/api" "$work/daytona/.yarn"
touch "$work/daytona/dist/apps/api/main.js" "$work/daytona/.yarn/cached"
echo '{}' >"$work/daytona/package.json"
for kind in ed25519 rsa; do ssh-keygen -q -t $kind -N '' -f "$work/$kind"; done
encode() { base64 -w0 <"$1"; }

sql postgres 'CREATE DATABASE daytona'
api=http://127.0.0.1:3000/api
image=127.0.0.1:6000/base/sandbox:v1
database=(DB_HOST=127.0.0.1 "DB_PORT=$postgres_port" DB_USERNAME=daytona DB_PASSWORD=secret DB_DATABASE=daytona)
redis=(REDIS_HOST=127.0.0.1 "REDIS_PORT=$redis_port" REDIS_PASSWORD=redis-secret)
registry() { echo "$1_REGISTRY_URL=http://127.0.0.1:6000 $1_REGISTRY_ADMIN=user $1_REGISTRY_PASSWORD=registry-secret $1_REGISTRY_PROJECT_ID=daytona"; }
read -ra registries <<<"$(registry TRANSIENT) $(registry INTERNAL)"
migrate() { cd "$work/daytona" && with "${database[@]}" -- yarn migration:run:init; }
run_api() {
  cd "$work/daytona" && with "${database[@]}" "${redis[@]}" "${registries[@]}" PORT=3000 ENVIRONMENT=test DONT_SERVE_DASHBOARD=true \
    OIDC_ISSUER_BASE_URL=http://127.0.0.1:5556/dex OIDC_CLIENT_ID=daytona OIDC_AUDIENCE=daytona PROXY_TEMPLATE_URL=x \
    DASHBOARD_URL=http://localhost/dashboard ENCRYPTION_KEY=e ENCRYPTION_SALT=s PROXY_DOMAIN=proxy.localhost PROXY_PROTOCOL=http \
    ADMIN_API_KEY=admin-key PROXY_API_KEY=proxy-key SSH_GATEWAY_API_KEY=gateway-key SSH_GATEWAY_URL=127.0.0.1:2222 \
    "DEFAULT_SNAPSHOT=$image" DEFAULT_RUNNER_NAME=default-0 DEFAULT_RUNNER_API_KEY=runner-key \
    RUNNER_CPU_PENALTY_THRESHOLD=101 RUNNER_INITIAL_RUNNER_SCORE_ADDON=0 \
    ADMIN_MAX_CPU_PER_SANDBOX=4 ADMIN_MAX_MEMORY_PER_SANDBOX=4 ADMIN_MAX_DISK_PER_SANDBOX=10 -- node dist/apps/api/main.js
}
run_proxy() {
  with "${redis[@]}" PROXY_PORT=4000 PROXY_PROTOCOL=http PROXY_API_KEY=proxy-key "DAYTONA_API_URL=$api" \
    OIDC_DOMAIN=http://127.0.0.1:5556/dex OIDC_PUBLIC_DOMAIN=http://login.example.test/dex -- daytona-proxy
}
run_gateway() {
  with "API_URL=$api" API_KEY=gateway-key "SSH_PRIVATE_KEY=$(encode "$work/ed25519")" "SSH_HOST_KEY=$(encode "$work/rsa")" -- daytona-ssh-gateway
}
check 'migrations' migrate
background "$work/api.log" run_api
check 'API' eventually 20 open 3000
background "$work/proxy.log" run_proxy
background "$work/gateway.log" run_gateway
check 'proxy' eventually 10 open 4000
check 'SSH gateway' eventually 10 open 2222
