#!/usr/bin/env bash
# Shows that the real node does what tests rely on, and that its images hold servers that work: starts
# the node of DIR unless it runs, loads the images, runs them in a namespace of its own, removes it.
#   check.sh DIR
set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -eq 1 ] || fail "usage: check.sh DIR"
"$node/up.sh" "$1" && "$node/images.sh" load "$1" system busybox tools postgres redis registry \
  registry-ui dex minio mc otel-collector jaeger maildev pgadmin dind || exit 1
dir=$(cd "$1" && pwd)
bin=$dir/bin
namespace=node-check-$RANDOM
failed=0

k() { kubectl --namespace "$namespace" --request-timeout=0 "$@"; }
tools() { k exec tools -- "$@"; }
# check NAME COMMAND...: prints the last line of what the command says
check() {
  local name=$1 output result=ok
  shift
  output=$("$@" 2>&1) || { result=FAIL && failed=$((failed + 1)); }
  printf '%-5s %-58s %s\n' "$result" "$name" "$(tail -n 1 <<<"$output" | cut -c1-100)"
}
# says TEXT COMMAND...: whether the command's output has the text
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1)
  echo "$output"
  grep -q -- "$text" <<<"$output"
}
# soon COMMAND...: tries again for 15 s
soon() {
  local limit=$((SECONDS + 15))
  until "$@"; do
    [ $SECONDS -lt $limit ] || return 1
    sleep 0.3
  done
}
# manifest FILE: with the tags of the operator's catalogue, and the security that it renders
references=$("$node/images.sh" list)
manifest() {
  local reference script=
  for reference in $references; do script+="s#image: ${reference%:*}\$#image: $reference#;"; done
  script+="s#@REGISTRY@#$registry#;"
  script+="s#@RESTRICTED@#{$restricted}#;"
  script+="s#@USER_\\([0-9]*\\)@#{runAsNonRoot: true, runAsUser: \\1, runAsGroup: \\1, fsGroup: \\1, $seccomp}#"
  sed "$script" "$node/check/$1"
}
restricted='allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}'
seccomp='seccompProfile: {type: RuntimeDefault}'
registry=registry.$namespace.svc.cluster.local:6000

kubectl create namespace "$namespace" >/dev/null || fail "no namespace can be made"
trap 'kubectl delete namespace "$namespace" --wait --timeout=120s --request-timeout=0 >/dev/null' EXIT
k create secret generic passwords --from-literal=postgres="$(openssl rand -hex 16)" \
  --from-literal=redis="$(openssl rand -hex 16)" --from-literal=minio="$(openssl rand -hex 16)" \
  --from-literal=pgadmin="$(openssl rand -hex 16)" >/dev/null
for file in stack servers docker; do manifest $file.yaml | k apply -f - >/dev/null; done
ready() { k wait --for=condition=Ready "$@" --timeout=180s; }
check "pods of the stack are ready" k wait --for=condition=Ready pod --timeout=180s \
  -l 'app in (postgres, redis, registry, registry-ui)'
ready pod/tools >/dev/null

# --- PostgreSQL ---
sql() { tools psql -h postgres -U daytona -d daytona -Atc "$1"; }
wrong_password() { tools env PGPASSWORD=wrong psql -h postgres -U daytona -d daytona -Atc 'select 1'; }
check "PostgreSQL: generated password over TCP" soon sql "select version()"
check "PostgreSQL: another password" says "password authentication failed" wrong_password
check "PostgreSQL: uuid-ossp" sql 'create extension "uuid-ossp"; select uuid_generate_v4()'
sql 'create table kept as select 42 as value' >/dev/null
k delete pod postgres-0 --wait >/dev/null
check "PostgreSQL: starts on the used volume" k rollout status statefulset/postgres --timeout=90s
check "PostgreSQL: data survive" soon says 42 sql 'select value from kept'
misplaced() { soon says "lost+found" k logs misplaced; }
check "PostgreSQL: refuses the root of a fresh volume" misplaced

# --- Redis ---
redis() { tools redis-cli --no-auth-warning -h redis "$@"; }
without_password() { tools env -u REDISCLI_AUTH redis-cli -h redis ping; }
check "Redis: password" says PONG redis ping
check "Redis: without a password" says NOAUTH without_password
check "Redis: noeviction" says noeviction redis config get maxmemory-policy

# --- registry, by Docker in a pod ---
docker() { k exec -i docker -- docker "$@"; }
load_busybox() { "$node/images.sh" archive busybox | docker load; }
image=localhost/daytona-node/busybox:1
check "Docker: ready in a privileged pod" ready pod/docker
check "Docker: version and driver" says "overlay" docker info --format '{{.ServerVersion}} {{.Driver}} cgroup v{{.CgroupVersion}}'
check "Docker: loads an image" load_busybox
check "Docker: runs a container" says hello docker run --rm $image echo hello
check "Docker: cluster names inside of a container" docker run --rm $image nslookup "${registry%:*}"
check "Docker: memory limit" says 67108864 docker run --rm -m 64m $image \
  sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max'
check "Docker: privileged container" docker run --rm --privileged $image mount -t tmpfs none /tmp
pushed=$registry/daytona/busybox:1
docker tag $image "$pushed"
check "registry: push" docker push "$pushed"
docker rmi "$pushed" >/dev/null
check "registry: pull" docker pull "$pushed"
check "registry UI: lists the image" says daytona/busybox tools curl -sSf http://registry-ui:8080/v2/_catalog
check "registry UI: page" says "<title>Daytona</title>" tools curl -sSf http://registry-ui:8080/
digest() {
  tools curl -sSfI -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    http://registry:6000/v2/daytona/busybox/manifests/1 |
    tr -d '\r' | awk 'tolower($1) == "docker-content-digest:" { print $2 }'
}
delete_image() { tools curl -sSf -X DELETE "http://registry:6000/v2/daytona/busybox/manifests/$(digest)"; }
check "registry: delete" delete_image
check "registry: garbage collection" says "Deleting blob" \
  k exec deployment/registry -- registry garbage-collect /etc/daytona-registry/config.yml

# --- the other servers ---
for pod in dex minio jaeger otel maildev pgadmin; do
  check "$pod: ready as in the operator's rendering" ready pod/$pod
done
check "Dex: discovery" says '"issuer": "http://127.0.0.1:5556/dex"' \
  tools curl -sSf http://dex:5556/dex/.well-known/openid-configuration
bucket() { soon says daytona/ k logs bucket; }
check "MinIO: bucket, twice, by mc" bucket
check "MinIO: console" says "<title>MinIO Console" tools curl -sSf http://minio:9001/
trace='{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "node-check"}}]},
  "scopeSpans": [{"spans": [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "check",
  "kind": 1, "startTimeUnixNano": "'$(date +%s)'000000000", "endTimeUnixNano": "'$(date +%s)'000001000"}]}]}]}'
send_trace() { tools curl -sSf -H 'Content-Type: application/json' -d "$trace" http://otel:4318/v1/traces; }
check "collector: takes a trace" send_trace
check "Jaeger: has it" soon says node-check tools curl -sSf http://jaeger:16686/api/services
mail() { echo "Subject: node-check" | k exec -i tools -- curl -sS smtp://maildev:1025 --mail-from a@example.test --mail-rcpt b@example.test -T -; }
check "MailDev: takes a mail" mail
check "MailDev: shows it" says node-check tools curl -sSf http://maildev:1080/email
check "pgAdmin: answers" says "PING" tools curl -sSf http://pgadmin:8080/misc/ping

# --- NetworkPolicy ---
connects() { k exec tools -- nc -z -w 2 "$1" "$2"; }
blocked() { k exec tools -- sh -c "! nc -z -w 2 $1 $2"; }
check "NetworkPolicy: without one all is allowed" connects redis 6379
k apply -f "$node/check/policies.yaml" >/dev/null
check "NetworkPolicy: nothing is allowed" soon blocked postgres 5432
check "NetworkPolicy: nothing is allowed, elsewhere neither" blocked redis 6379
check "NetworkPolicy: but DNS is" says 10.97 tools dig +short +time=1 +tries=1 \
  "postgres.$namespace.svc.cluster.local"
k label pod tools role=client >/dev/null
check "NetworkPolicy: labelled client to PostgreSQL" soon connects postgres 5432
check "NetworkPolicy: allowed to leave, not to enter" blocked redis 6379
check "NetworkPolicy: probes still pass" k wait --for=condition=Ready pod -l app=postgres --timeout=10s

echo "$failed failed"
[ $failed = 0 ]
