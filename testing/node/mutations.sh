#!/usr/bin/env bash
# Shows that what is rendered wrongly is noticed: breaks one rendered thing after the other on the
# installation that bin/up --real has brought up, waits for what must notice it, and for the operator
# to put it right. A mutation that nothing notices is a failure.
#   mutations.sh DIR [PATTERN]    DIR is the node's state; only those whose name has the pattern
set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=fidelity/lib.sh
source "$node/fidelity/lib.sh"
[ $# -ge 1 ] || fail "usage: mutations.sh DIR [PATTERN]"
prepare "$1"
pattern=${2:-}

mode() { k patch daytonainstallation "$installation" --type merge -p "{\"spec\": {\"mode\": \"$1\"}}" >/dev/null; }
is_paused() {
  [ "$(k get daytonainstallation "$installation" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}')" = Paused ]
}
# content OBJECT: what is rendered of it
content() { k get "$1" -o json | jq -S '{spec, data} | del(.spec.replicas)'; }
is_as_before() { [ "$(content "$1")" = "$before" ]; }

# --- what may notice it ---

# complaint COMPONENT: what is wrong with its new pod: a container that ends, or cannot start, or is not
# ready long after its start; a healthy one fails a probe or two while it starts.
complaint() {
  local pod state uid
  pod=$(k get pod "$(pod "$1")" -o json 2>/dev/null) || return 1
  uid=$(jq -r .metadata.uid <<<"$pod")
  [ "$uid" != "$old" ] || return 1
  state=$(jq -r --arg patience 45 '
    [.status.initContainerStatuses[]?, .status.containerStatuses[]?] | map(
      if ((.lastState.terminated // .state.terminated).exitCode // 0) != 0
      then "\(.name) ends with status \((.lastState.terminated // .state.terminated).exitCode)"
      elif (.state.waiting.reason // "" | test("Error")) then "\(.name): \(.state.waiting.reason)"
      elif (.ready | not) and .state.running and (now - (.state.running.startedAt | fromdate)) > ($patience | tonumber) then "slow"
      else empty end)[0] // ""' <<<"$pod")
  case $state in
    '') return 1 ;;
    slow) k get event --field-selector "involvedObject.uid=$uid,reason=Unhealthy" -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' | grep -m 1 . ;;
    *) echo "$state" ;;
  esac
}
# unready COMPONENT: its new pod fails
unready() {
  local limit=$((SECONDS + 120))
  until caught=$(complaint "$1"); do
    [ $SECONDS -lt $limit ] || return 1
    sleep 0.5
  done
  caught="$1 is not ready: $(cut -c1-100 <<<"$caught")"
}
# fails NAME CHECK: this check of that file of fidelity/ fails; pods that were replaced are ready
fails() {
  local wanted=$2
  [ -z "$old" ] || soon 120 replaced "$component" "$old" || {
    caught="$component does not get ready, so '$wanted' was not asked"
    return 1
  }
  (
    passed=0 failed=0 forwards=()
    trap end_forwards EXIT
    not_ok() {
      echo "NOT OK  $*"
      [[ "$*" != "$wanted"* ]] || exit 42
    }
    # shellcheck source=/dev/null
    source "$node/fidelity/$1.sh"
    exit 0
  ) >"$work/part.log" 2>&1
  [ $? = 42 ] || {
    caught="'$wanted' of $1.sh passed"
    return 1
  }
  caught="fidelity/$1.sh: $(sed 's/^ *//' <<<"$wanted")"
}

# replace_pod COMPONENT OBJECT: no container reads a ConfigMap again, a StatefulSet may wait for a
# person, and the API ends only when it is made to. Others are replaced by their Deployment.
replace_pod() {
  case $2 in
    configmap/* | statefulset/* | "$api") k delete pod "$(pod "$1")" --now --wait=false >/dev/null 2>&1 ;;
  esac
}

# mutation NAME COMPONENT OBJECT FILTER HOW...: changes the object by the jq filter. Pods are replaced by
# what it does to them, or, for a ConfigMap, by hand. No COMPONENT: pods are not concerned.
mutation() {
  local name=$1 component=$2 object=$3 filter=$4 old='' before caught='' started=$SECONDS
  shift 4
  [[ $name == *"$pattern"* ]] || return 0
  soon 300 all_ready >/dev/null || { not_ok "$name: the installation was not ready before" && return; }
  before=$(content "$object")
  mode Paused
  soon 20 is_paused || { not_ok "$name: the operator does not pause" && return; }
  [ -z "$component" ] || old=$(k get pod "$(pod "$component")" -o 'jsonpath={.metadata.uid}')
  change() { k get "$object" -o json | jq "$filter" | k replace -f - 2>&1; }
  caught=$(soon 10 change) || { not_ok "$name: $caught" && mode Running && return; }
  if is_as_before "$object"; then
    not_ok "$name: changes nothing"
  else
    replace_pod "$component" "$object"
    if "$@"; then ok "$name <- $caught"; else not_ok "$name: ${caught:-nothing noticed it}"; fi
  fi
  mode Running
  check "  put right by the operator ($((SECONDS - started)) s)" soon 60 is_as_before "$object"
  replace_pod "$component" "$object"
}

# --- what the mutations need ---

# value NAME: a Secret of that name with what comes on standard input
value() {
  k delete secret "$1" --ignore-not-found >/dev/null
  k create secret generic "$1" --from-file=value=/dev/stdin >/dev/null
}
env_of() { echo ".spec.template.spec.containers[0].env[] |= if .name == \"$1\" then $2 else . end"; }
from_secret() { echo "(del(.value) | .valueFrom = {secretKeyRef: {name: \"$1\", key: \"value\"}})"; }
fresh_claim() {
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: $1}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
YAML
}
on_claim() { echo ".spec.template.spec.volumes[] |= if .persistentVolumeClaim then .persistentVolumeClaim.claimName = \"$1\" else . end"; }
without_mount() { echo ".spec.template.spec.containers[0].volumeMounts |= map(select(.mountPath != \"$1\"))"; }

secret ssh-keys gatewayPrivateKey | base64 -d | value mutation-single
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/other" && base64 -w 0 "$work/other.pub" | value mutation-other-key
secret registry-auth htpasswd | sed 's/.....$/aaaaa/' | value mutation-htpasswd # a hash, of another password
fresh_claim mutation-dex
fresh_claim mutation-database
database_user=$(variable api DB_USERNAME)
lend_tools api
with_secret "$(secret database-credentials password)" PGPASSWORD api psql -h "$(host database)" -U "$database_user" \
  -d daytona -qc 'CREATE DATABASE mutation' 2>/dev/null
api=deployment/$installation-api
gateway=deployment/$installation-ssh-gateway
proxy=deployment/$installation-proxy
database=statefulset/$installation-database
dex=configmap/$installation-dex
registry=configmap/$installation-registry
runner=statefulset/$installation-runner-default-0
runner_config=configmap/$installation-runner-default

# shellcheck source=mutations-list.sh
source "$node/mutations-list.sh"

k delete secret mutation-single mutation-other-key mutation-htpasswd >/dev/null
soon 300 all_ready >/dev/null
k delete pvc mutation-dex mutation-database --wait=false >/dev/null
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
