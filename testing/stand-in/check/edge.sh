# shellcheck shell=bash
# Proxy, SSH gateway and the runner's start. Sourced by check.sh, with a healthy API at $api.
# shellcheck disable=SC2154

echo "--- proxy"
proxy_port=$(free_port)
proxy=http://127.0.0.1:$proxy_port
proxy_env=("PROXY_PORT=$proxy_port" PROXY_PROTOCOL=https PROXY_API_KEY=proxy-key "DAYTONA_API_URL=$api"
  "OIDC_DOMAIN=http://127.0.0.1:$issuer_port/dex" "OIDC_PUBLIC_DOMAIN=$public" OIDC_CLIENT_ID=daytona OIDC_AUDIENCE=daytona
  SHUTDOWN_TIMEOUT_SEC=4 REDIS_HOST=127.0.0.1 "REDIS_PORT=$redis_port" REDIS_PASSWORD=redis-secret REDIS_TLS=false)
run_proxy() { with "${proxy_env[@]}" "$@" -- daytona-proxy; }
start_proxy() {
  background "$work/proxy.log" run_proxy "$@"
  eventually 10 open "$proxy_port"
}
for name in PROXY_PORT PROXY_PROTOCOL PROXY_API_KEY DAYTONA_API_URL; do
  ends "$name is required" 1 0 3 run_proxy "-$name"
done
ends 'a service link in REDIS_PORT' 1 0 3 run_proxy REDIS_PORT=tcp://10.0.0.1:6379
ends 'Redis without its port' 1 0 3 run_proxy -REDIS_PORT
ends 'a boolean that Go does not know' 1 0 3 run_proxy REDIS_TLS=no
for fault in "DAYTONA_API_URL=http://127.0.0.1:$closed/api" "DAYTONA_API_URL=http://127.0.0.1:$api_port"; do
  background "$work/waiting.log" run_proxy "$fault"
  sleep 3
  check "it waits at $fault" kill -0 "$pid"
  check '  with its port closed' eval '! open "$proxy_port"'
  stop "$pid"
done

sandbox=$(sql "$database" "INSERT INTO sandbox (\"organizationId\", name, snapshot, region, \"authToken\", cpu, mem, disk, state, \"runnerId\")
  SELECT o.id, 'one', 's', 'us', 'preview-token', 1, 1, 1, 'started', r.id FROM organization o, runner r
  WHERE o.\"createdBy\" = 'daytona-admin' AND r.name = 'default-0' RETURNING id")
in_redis() { redis-cli -p "$redis_port" -a redis-secret --no-auth-warning "$@"; }
toolbox() { status -H "Authorization: Bearer $1" "$proxy/toolbox/$sandbox/version"; }
preview() { curl -s -m 10 -o /dev/null -w '%{redirect_url}' -H "Host: 3000-$sandbox.proxy.example.test" "$proxy/"; }
start_proxy
proxy_pid=$pid
equal 'health' v0.190.0 "$(curl -s "$proxy/health" | jq -r .version)"
equal 'the toolbox for nobody' 401 "$(status "$proxy/toolbox/$sandbox/version")"
equal '  for another key' 401 "$(toolbox wrong)"
equal '  for the admin: the runner is asked, and is not there' 502 "$(toolbox admin-key)"
equal 'what it learned is in Redis' 1 "$(in_redis exists "proxy:sandbox-runner-info:$sandbox")"
equal 'a preview sends to the public issuer' "$public/auth" "$(preview | cut -d'?' -f1)"
equal '  and back to the public scheme and host' 1 "$(preview | grep -c 'redirect_uri=https%3A%2F%2Fproxy.example.test%2Fcallback')"
# A runner that accepts and never answers keeps a request open.
silent_port=$(free_port)
background "$work/silent.log" exec python3 -c "import socket, time
s = socket.socket(); s.bind(('127.0.0.1', $silent_port)); s.listen(); time.sleep(60)"
sql "$database" "UPDATE runner SET \"proxyUrl\" = 'http://127.0.0.1:$silent_port' WHERE name = 'default-0'"
in_redis flushall >/dev/null
eventually 5 open "$silent_port"
toolbox admin-key >/dev/null &
sleep 1
kill -TERM "$proxy_pid"
ended=$SECONDS
wait "$proxy_pid" 2>/dev/null || :
took=$((SECONDS - ended))
check "SIGTERM waits for an open request, at most SHUTDOWN_TIMEOUT_SEC ($took s)" test "$took" -ge 3 -a "$took" -le 5

in_redis flushall >/dev/null
start_proxy PROXY_API_KEY=wrong
equal 'with another key than the API has, the toolbox is lost' 400 "$(toolbox admin-key)"
stop "$pid"
start_proxy -OIDC_DOMAIN -OIDC_PUBLIC_DOMAIN
equal 'without OIDC_DOMAIN the issuer gets a slash and no login works' 400 \
  "$(status -H "Host: 3000-$sandbox.proxy.example.test" "$proxy/")"
stop "$pid"
sql "$database" "UPDATE runner SET \"proxyUrl\" = 'http://127.0.0.1:1' WHERE name = 'default-0'"
start_proxy "REDIS_PORT=$closed"
equal 'without Redis requests still work' 502 "$(toolbox admin-key)"
stop "$pid"

echo "--- SSH gateway"
gateway_port=$(free_port)
for kind in ed25519 rsa; do ssh-keygen -q -t $kind -N '' -f "$work/$kind"; done
host_key=$(base64 -w0 <"$work/ed25519")
gateway_env=("API_URL=$api" API_KEY=gateway-key "SSH_PRIVATE_KEY=$(base64 -w0 <"$work/rsa")" "SSH_HOST_KEY=$host_key" "SSH_GATEWAY_PORT=$gateway_port")
run_gateway() { with "${gateway_env[@]}" "$@" -- daytona-ssh-gateway; }
for name in API_KEY SSH_PRIVATE_KEY SSH_HOST_KEY; do ends "$name is required" 1 0 3 run_gateway "-$name"; done
ends 'a key that is not base64' 1 0 3 run_gateway "SSH_HOST_KEY=$(cat "$work/ed25519")"
ends 'a key that is base64 twice' 1 0 3 run_gateway "SSH_HOST_KEY=$(base64 -w0 <<<"$host_key")"
background "$work/gateway.log" run_gateway
eventually 5 open "$gateway_port"
equal 'it shows the host key' "$(cut -d' ' -f2 "$work/ed25519.pub")" \
  "$(ssh-keyscan -t ed25519 -p "$gateway_port" 127.0.0.1 2>/dev/null | cut -d' ' -f3)"
log_in() { ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -p "$gateway_port" "$1@127.0.0.1" true; }
token=$(curl -s -X POST -H 'Authorization: Bearer admin-key' "$api/sandbox/$sandbox/ssh-access" | jq -r .token)
check 'an unknown token is refused' eval '! log_in nobody'
log_in "$token" >/dev/null 2>&1 || :
check 'a valid one leads to port 2220 of the runner, which is not there' grep -q 'dial tcp 127.0.0.1:2220' "$work/gateway.log"
stop "$pid"

echo "--- runner"
as_user=() # root, as in its pod
runner_env=("DAYTONA_API_URL=$api" DAYTONA_RUNNER_TOKEN=runner-key RUNNER_DOMAIN=127.0.0.1 "API_PORT=$(free_port)" ENVIRONMENT=development)
run_runner() { with "${runner_env[@]}" "$@" -- unshare -mn sh -c "mount -t tmpfs tmpfs /usr/local/bin && exec daytona-runner"; }
ends 'DAYTONA_API_URL is required' 2 0 3 run_runner -DAYTONA_API_URL
ends 'DAYTONA_RUNNER_TOKEN is required' 2 0 3 run_runner -DAYTONA_RUNNER_TOKEN
ends 'RUNNER_DOMAIN has no port' 2 0 3 run_runner RUNNER_DOMAIN=runner.test:3003
ends 'HEALTHCHECK_INTERVAL is at least 10s' 2 0 3 run_runner HEALTHCHECK_INTERVAL=5s
mkdir "$work/path" && ln -s "$(command -v env)" "$(command -v unshare)" "$(command -v sh)" "$(command -v mount)" "$work/bin/daytona-runner" "$work/path/"
ends 'no iptables' 2 0 3 run_runner "PATH=$work/path"
equal '  is the reason' 1 "$(grep -c 'iptables.*executable file not found' <<<"$last")"
ends 'no dockerd: given up after 27 s' 2 26 32 run_runner DOCKER_HOST=unix:///nowhere.sock
