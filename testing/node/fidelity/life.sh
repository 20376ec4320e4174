# Broken servers are noticed, and nothing is lost: probes, stop and start, deletion with Retain.
# shellcheck shell=bash
# shellcheck disable=SC2154
lend_tools api
registry=$(host registry):6000
ready_status() { k get pod "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }
is_ready() { [ "$(ready_status "$1")" = "$2" ]; }
container_process() {
  ctr tasks ls | awk -v id="$(k get pod "$1" -o 'jsonpath={.status.containerStatuses[0].containerID}' | sed 's#.*//##')" '$1 == id { print $2 }'
}

echo "--- probes"
# A server that is stopped still has its port open: only a probe that wants an answer notices.
restarts() { k get pod "$1" -o 'jsonpath={.status.containerStatuses[0].restartCount}'; }
declare -A stopped=() restarted=()
for component in database cache registry object-storage dex maildev pgadmin proxy; do
  name=$(pod $component)
  stopped[$component]=$(container_process "$name")
  restarted[$component]=$(restarts "$name")
done
# all processes of the container: a master that is stopped leaves its workers at work
for component in "${!stopped[@]}"; do pkill -STOP --nslist pid --ns "${stopped[$component]}"; done
# the liveness probe may have helped already
noticed() { is_ready "$(pod "$1")" False || [ "$(restarts "$(pod "$1")")" != "${restarted[$1]}" ]; }
for component in "${!stopped[@]}"; do
  check "$component is found out when it hangs" soon 90 noticed "$component"
done
for component in "${!stopped[@]}"; do
  ! kill -0 "${stopped[$component]}" 2>/dev/null || pkill -CONT --nslist pid --ns "${stopped[$component]}"
done
for component in "${!stopped[@]}"; do
  check "$component is ready again" soon 90 is_ready "$(pod "$component")" True
done
runner_pod=$(pod runner)
# shellcheck disable=SC2016 # the pod's shell expands it
in_runner sh -c 'kill -STOP $(cat /var/run/docker.pid)' </dev/null
check "the runner is found out when its dockerd hangs" soon 90 is_ready "$runner_pod" False
# shellcheck disable=SC2016
in_runner sh -c 'kill -CONT $(cat /var/run/docker.pid)' </dev/null
check "the runner is ready again" soon 60 is_ready "$runner_pod" True

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
  k exec -i "$(pod api)" -c tools -- curl -sS -m 30 -K - "http://$registry/v2/_catalog" \
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

echo "--- Stopped and Running"
no_pods() { [ -z "$(k get pod -l "daytona-operator.dev/installation=$installation" --field-selector=status.phase=Running -o name)" ]; }
k patch daytonainstallation "$installation" --type merge -p '{"spec": {"mode": "Stopped"}}' >/dev/null
check "Stopped: no pod is left" soon 150 no_pods
k patch daytonainstallation "$installation" --type merge -p '{"spec": {"mode": "Running"}}' >/dev/null
check "Running: Ready again" ready 300
data_are_there "after a stop"

echo "--- deletion with Retain, and the same again"
k get daytonainstallation "$installation" -o json | jq '{apiVersion, kind, metadata: {name: .metadata.name, namespace: .metadata.namespace}, spec}' >"$work/installation.json"
check "deleted" k delete daytonainstallation "$installation" --timeout=150s
check "no pod is left" soon 150 no_pods
check "the claims are" says Bound k get pvc
k apply -f "$work/installation.json" >/dev/null
check "made again: Ready" ready 420
data_are_there "after a deletion"
