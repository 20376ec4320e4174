# shellcheck shell=bash
# The runner with dockerd, and a sandbox from end to end. Sourced by check-runner.sh.
# shellcheck disable=SC2154

start_script=$here/../../services/src/main/resources/dev/daytonaoperator/services/files/runner-start.sh
key=$(encode "$work/ed25519.pub")
as_user=() # root, as in its pod
run_runner() { # run_runner CHANGE...
  with "DAYTONA_API_URL=$api" DAYTONA_RUNNER_TOKEN=runner-key RUNNER_DOMAIN=127.0.0.1 API_PORT=3003 API_VERSION=2 \
    HEALTHCHECK_INTERVAL=10s ENVIRONMENT=production "LOG_FILE_PATH=$work/docker/runner/runner.log" \
    RESOURCE_LIMITS_DISABLED=false INTER_SANDBOX_NETWORK_ENABLED=false SANDBOX_SUBNET=172.29.0.0/16 USE_SNAPSHOT_ENTRYPOINT=false \
    GPU_ENABLED=false SSH_GATEWAY_ENABLE=true SSH_GATEWAY_PORT=2220 "SSH_PUBLIC_KEY=$key" "SSH_HOST_KEY_PATH=$work/ssh/id_rsa" \
    "$@" -- sh "$start_script"
}
admin() { curl -s -m 60 -H 'Authorization: Bearer admin-key' -H 'Content-Type: application/json' "$@"; }
runner() { admin "$api/admin/runners" | jq -r ".[0].$1"; }
is_ready() { [ "$(runner state)" = ready ]; }
is_active() { [ "$(admin "$api/snapshots" | jq -r '.items[0].state')" = active ]; }

# The default snapshot's image waits in the registry, put there by another dockerd than the runner's.
mkdir -p "$work/image/bin" && cp "$(command -v busybox)" "$work/image/bin/busybox"
for applet in sh cat echo hostname httpd; do ln -s busybox "$work/image/bin/$applet"; done
background "$work/other-docker.log" exec dockerd --data-root "$work/other-docker" --exec-root /run/other --pidfile /run/other.pid \
  --host unix:///run/other.sock --bridge none --iptables=false
export DOCKER_HOST=unix:///run/other.sock DOCKER_CONFIG=$work/docker-config
eventually 30 docker info
tar -C "$work/image" -c . | docker import - "$image" >/dev/null
docker login -u user --password-stdin 127.0.0.1:6000 <<<registry-secret >/dev/null 2>&1
check 'an image in the registry' docker push -q "$image"
kill -TERM "$pid"
wait "$pid" || :
unset DOCKER_HOST

echo "--- runner"
background "$work/runner.log" run_runner
runner_pid=$pid
check 'the start script brings up dockerd and the runner' eventually 60 open 3003
grep -h runner-start: "$work/runner.log" || tail -20 "$work/runner.log"
check 'ready' eventually 20 is_ready
equal '  by its own address' http://127.0.0.1:3003 "$(runner proxyUrl)"
equal '  and version' v0.190.0 "$(runner appVersion)"
has_score() { [ "$(runner availabilityScore)" -gt 0 ]; }
check '  with a score, from its second report on' eventually 20 has_score
equal 'its / is open' 200 "$(status http://127.0.0.1:3003/)"
equal '  and nothing else' 401 "$(status http://127.0.0.1:3003/info)"
equal '  but to its token' 200 "$(status -H 'Authorization: Bearer runner-key' http://127.0.0.1:3003/info)"
equal 'the bridge keeps the subnet that the script made' 172.29.0.0/16 \
  "$(docker network inspect runner-bridge --format '{{(index .IPAM.Config 0).Subnet}}')"

echo "--- snapshot and sandbox"
check 'the default snapshot becomes active' eventually 90 is_active
ref=$(admin "$api/snapshots" | jq -r '.items[0].ref')
check '  under its name in the registry' grep -Eq '^127.0.0.1:6000/daytona/daytona-[0-9a-f]{64}:daytona$' <<<"$ref"
repository=${ref#127.0.0.1:6000/}
equal '  where it was pushed' 200 "$(status -u user:registry-secret "http://127.0.0.1:6000/v2/${repository%:*}/manifests/daytona")"
equal '  and anonymous is refused' 401 "$(status "http://127.0.0.1:6000/v2/${repository%:*}/manifests/daytona")"
docker image rm -f "$(docker image inspect --format '{{.Id}}' "$ref")" >/dev/null # so that it must be pulled again
sandbox=$(admin -d '{"cpu":1,"memory":1,"env":{"GREETING":"hello"}}' "$api/sandbox")
id=$(jq -r .id <<<"$sandbox")
equal 'a sandbox starts' started "$(jq -r .state <<<"$sandbox")"
jq -r '.errorReason // empty, (.message // empty)' <<<"$sandbox"
equal '  with its limits' '1073741824 100000 true' "$(docker inspect --format '{{.HostConfig.Memory}} {{.HostConfig.CpuQuota}} {{.HostConfig.Privileged}}' "$id")"
equal '  on the bridge' runner-bridge "$(docker inspect --format '{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{end}}' "$id")"
execute() { admin -d "{\"command\":\"$1\"}" "http://127.0.0.1:4000/toolbox/$id/process/execute"; }
equal 'a command through the proxy' "hello $id" "$(execute 'echo $GREETING $(hostname)' | jq -r .result)"
equal '  has its exit status' 3 "$(execute 'exit 3' | jq -r .exitCode)"
docker exec -d "$id" sh -c 'echo preview >/index.html && exec httpd -f -p 8080 -h /'
sleep 1
equal 'a preview by its host name' preview "$(curl -s -m 10 -H 'Authorization: Bearer admin-key' -H "Host: 8080-$id.proxy.localhost" http://127.0.0.1:4000/)"
token=$(admin -X POST "$api/sandbox/$id/ssh-access" | jq -r .token)
log_in() { timeout 20 ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes "$@"; }
equal 'SSH through the gateway' "$id" "$(log_in -p 2222 "$token@127.0.0.1" hostname </dev/null)"
equal '  with what is piped in' piped "$(echo piped | log_in -p 2222 "$token@127.0.0.1" cat)"
code=0
log_in -p 2222 "$token@127.0.0.1" 'exit 7' </dev/null || code=$?
equal '  and its exit status' 7 "$code"
check 'the runner refuses another key' eval '! log_in -p 2220 -i "$work/rsa" "$id@127.0.0.1" true </dev/null'
admin -X PATCH -d '{"unschedulable":true}' "$api/admin/runners/$(runner id)/scheduling"
equal 'a busy runner is not deleted' 400 "$(admin -o /dev/null -w '%{http_code}' -X DELETE "$api/admin/runners/$(runner id)")"
admin -X DELETE "$api/sandbox/$id" >/dev/null
gone() { [ "$(admin "$api/sandbox/$id" | jq -r .state)" = destroyed ]; }
check 'the sandbox is destroyed' eventually 20 gone
equal '  and its container' '' "$(docker ps -aq)"

echo "--- its end"
dockerd=$(cat /run/docker.pid)
kill -TERM "$runner_pid"
began=$SECONDS code=0
wait "$runner_pid" || code=$?
equal 'SIGTERM ends it with 143' 143 "$code"
check "  within 5 s ($((SECONDS - began)) s)" test $((SECONDS - began)) -le 5
kill -TERM "$dockerd" # in a pod it dies with the first process
dockerd_gone() { ! kill -0 "$dockerd"; }
check 'dockerd ends' eventually 20 dockerd_gone
background "$work/runner.log" run_runner SSH_PUBLIC_KEY=broken
again=$pid
check 'a broken SSH_PUBLIC_KEY: the runner stays' eventually 60 open 3003
check '  without SSH' eval '! open 2220'
check '  and says so' grep -q 'SSH_PUBLIC_KEY' "$work/runner.log"
docker network rm runner-bridge >/dev/null
bare() {
  with "DAYTONA_API_URL=$api" DAYTONA_RUNNER_TOKEN=x RUNNER_DOMAIN=127.0.0.1 API_PORT=3004 API_VERSION=0 \
    ENVIRONMENT=development "INTER_SANDBOX_NETWORK_ENABLED=$1" -- daytona-runner
}
for wanted in true false; do
  background "$work/bare.log" bare $wanted
  eventually 20 open 3004
  kill -TERM "$pid"
  wait "$pid" || :
  equal "INTER_SANDBOX_NETWORK_ENABLED=$wanted without the script: the runner's own subnet" "$([ $wanted = true ] || echo 172.20.0.0/16)" \
    "$(docker network inspect runner-bridge --format '{{(index .IPAM.Config 0).Subnet}}' 2>/dev/null)"
done
dockerd=$(cat /run/docker.pid)
kill -KILL "$dockerd"
sleep 1
equal 'with dockerd dead / is still 200' 200 "$(status http://127.0.0.1:3003/)"
unresponsive() { [ "$(runner state)" = unresponsive ]; }
check '  and the API finds out after a minute' eventually 90 unresponsive
stop "$again"
