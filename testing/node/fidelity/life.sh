# Broken servers are noticed, and nothing is lost: probes, restart of the node, pods that end at any
# time, stop and start, deletion with Retain.
# shellcheck shell=bash
# shellcheck disable=SC2154
lend_tools api
registry=$(host registry):6000
ready_status() { k get pod "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }
is_ready() { [ "$(ready_status "$1")" = "$2" ]; }

echo "--- probes"
# A server that is stopped still has its port open: only a probe that wants an answer notices. The
# SSH gateway's can but connect; mutations.sh shows that it fails where nothing listens.
hanging=(api proxy dex database cache registry registry-ui object-storage jaeger otel-collector maildev pgadmin)
restarts() { k get pod "$1" -o 'jsonpath={.status.containerStatuses[0].restartCount}'; }
declare -A stopped=() restarted=()
for component in "${hanging[@]}"; do
  name=$(pod "$component")
  stopped[$component]=$(container_process "$name")
  restarted[$component]=$(restarts "$name")
done
# all processes of the container: a master that is stopped leaves its workers at work
for component in "${hanging[@]}"; do pkill -STOP --nslist pid --ns "${stopped[$component]}"; done
runner_pod=$(pod runner)
# shellcheck disable=SC2016 # the pod's shell expands it
signal_dockerd() { in_runner sh -c 'kill -'"$1"' $(cat /var/run/docker.pid)' </dev/null; }
signal_dockerd STOP
# the liveness probe may have helped already
noticed() { is_ready "$(pod "$1")" False || [ "$(restarts "$(pod "$1")")" != "${restarted[$1]}" ]; }
for component in "${hanging[@]}"; do
  check "$component is found out when it hangs" soon 90 noticed "$component"
done
check "the runner is found out when its dockerd hangs" soon 90 is_ready "$runner_pod" False
signal_dockerd CONT
for component in "${hanging[@]}"; do
  ! kill -0 "${stopped[$component]}" 2>/dev/null || pkill -CONT --nslist pid --ns "${stopped[$component]}"
done
for component in "${hanging[@]}" runner; do
  check "$component is ready again" soon 120 is_ready "$(pod "$component")" True
done

# --- data that must be there after each of what follows ---
database_user=$(variable api DB_USERNAME)
database_password=$(secret database-credentials password)
redis_password=$(secret cache-credentials password)
sql() { with_secret "$database_password" PGPASSWORD api psql -h "$(host database)" -U "$database_user" -d daytona -Atqc "$1"; }
redis() { with_secret "$redis_password" REDISCLI_AUTH api redis-cli --no-auth-warning -h "$(host cache)" "$@"; }
digests() { # of all Secrets' data
  k get secret -l "daytona-operator.dev/installation=$installation" -o json |
    jq -r '.items[] | select(.metadata.name | test("'"$1"'")) | .metadata.name, (.data | tostring)' | sha256sum
}
catalogue() {
  # shellcheck disable=SC2046
  k exec -i $(in_tools api) -- curl -sS -m 30 -K - "http://$registry/v2/_catalog" \
    <<<"user = \"$(secret registry-credentials username):$(secret registry-credentials password)\""
}
objects() { k exec "$(pod object-storage)" -c minio -- ls /data/daytona; }
write_object() {
  forward minio 35011 9000
  MC_HOST_s="http://$(secret object-storage-access accessKey):$(secret object-storage-access secretKey)@localhost:35011" \
    "$("$node/build.sh" mc)/bin/mc" --config-dir "$work/mc" pipe s/daytona/kept <<<content
  local code=$?
  end_forwards
  return $code
}
bound='-(database-credentials|encryption|admin|registry-credentials|object-storage-credentials)$'
credentials_before=$(digests "$bound")
sql "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 43 AS value" >/dev/null
redis SET kept 43 >/dev/null
write_object >/dev/null
data_are_there() { # WHEN
  lend_tools api
  check "PostgreSQL's data $1" soon 30 gives 43 sql 'SELECT value FROM kept'
  check "Redis' data $1" soon 30 gives 43 redis GET kept
  check "images in the registry $1" says '"daytona/daytona-' catalogue
  check "objects in MinIO $1" says kept objects
  check "the runner's images $1" in_runner docker image inspect "$(variable api DEFAULT_SNAPSHOT)" </dev/null
  equal "the same credentials $1" "$credentials_before" "$(digests "$bound")"
}

# ready_with_data WHEN: without anybody's help
ready_with_data() {
  check "all is ready again $1" soon 300 all_ready
  data_are_there "$1"
}

echo "--- restart of the node"
# As when it is switched off: what runs the containers ends, then all that runs in them.
kill -9 "$(cat "$dir/run/kubelet.pid")" "$(cat "$dir/run/containerd.pid")"
stop_shims
find /sys/fs/cgroup -path '*/kubepods/*' -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | xargs -r kill -9 2>/dev/null
booted=$(date -u +%Y-%m-%dT%H:%M:%SZ)
check "the node starts" "$node/up.sh" "$dir"
started_since() { # whether every container is one that was started then
  k get pod -l "daytona-operator.dev/installation=$installation,!daytona-operator.dev/step" -o json |
    jq -e --arg booted "$booted" 'all(.items[].status.containerStatuses[]?; (.state.running.startedAt // "") >= $booted)'
}
check "every container is another" soon 180 started_since
ready_with_data "after a restart of the node"

echo "--- pods end at random for ${FIDELITY_KILL_SECONDS:=45} s"
ends=0
end_one() {
  local pods victim
  mapfile -t pods < <(k get pod -l "daytona-operator.dev/installation=$installation,!daytona-operator.dev/step" \
    -o 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\n"}}{{end}}{{end}}')
  [ ${#pods[@]} -gt 0 ] || return 0
  victim=${pods[RANDOM % ${#pods[@]}]}
  case $((RANDOM % 3)) in
    0) k delete pod "$victim" --wait=false ;;
    1) k delete pod "$victim" --now --wait=false ;;
    2) kill -9 "$(container_process "$victim")" ;;
  esac && ends=$((ends + 1))
}
until_then=$((SECONDS + FIDELITY_KILL_SECONDS))
while [ $SECONDS -lt $until_then ]; do
  end_one &>/dev/null
  sleep $((1 + RANDOM % 3))
done
echo "        $ends were ended"
ready_with_data "after pods ended at random"

echo "--- Stopped and Running"
no_pods() { [ -z "$(k get pod -l "daytona-operator.dev/installation=$installation" --field-selector=status.phase=Running -o name)" ]; }
k patch daytonainstallation "$installation" --type merge -p '{"spec": {"mode": "Stopped"}}' >/dev/null
check "Stopped: no pod is left" soon 150 no_pods
k patch daytonainstallation "$installation" --type merge -p '{"spec": {"mode": "Running"}}' >/dev/null
ready_with_data "after a stop"

echo "--- deletion with Retain, and the same again"
k get daytonainstallation "$installation" -o json | jq '{apiVersion, kind, metadata: {name: .metadata.name, namespace: .metadata.namespace}, spec}' >"$work/installation.json"
check "deleted" k delete daytonainstallation "$installation" --timeout=150s
check "no pod is left" soon 150 no_pods
check "the claims are" says Bound k get pvc
# Keys that exist stay: without them, others are made of the other kind.
k delete secret "$installation-ssh-keys" >/dev/null
jq '.spec.security.sshKeys.type = "Rsa"' "$work/installation.json" | k apply -f - >/dev/null
ready_with_data "after a deletion"
ssh_keys=ssh-rsa
# shellcheck source=ssh.sh
source "$node/fidelity/ssh.sh"
