# Functions of the checks on a running installation. Sourced by fidelity.sh and mutations.sh, after
# the node's lib.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
passed=0
failed=0
namespace=daytona
installation=daytona
ssh_keys=ssh-ed25519
components=(api proxy ssh-gateway runner dex database pgadmin cache registry registry-ui
  object-storage jaeger otel-collector maildev)

# prepare DIR: sets dir, bin and work, and brings clients into the node
prepare() {
  needs_root
  [ -f "$1/kubeconfig" ] || fail "no node in $1; bin/up --real starts one"
  dir=$(cd "$1" && pwd)
  bin=$dir/bin
  packages openssh-client
  "$node/images.sh" load "$dir" tools || fail "the image of the tools is missing"
  work=$(mktemp -d)
  trap 'end_forwards; jobs -p | xargs -r kill 2>/dev/null; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
}

ok() { passed=$((passed + 1)) && echo "ok      $*"; }
not_ok() { failed=$((failed + 1)) && echo "NOT OK  $*"; }
# check NAME COMMAND...: the command succeeds; what it says is shown when it does not
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then ok "$name"; else
    not_ok "$name"
    tail -n 5 <<<"$output" | cut -c1-300 | sed 's/^/        /'
  fi
}
# equal NAME WANTED ACTUAL: two things that are not there are not equal
equal() {
  if [ -n "$2" ] && [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: '$3', not '$2'"; fi
}
# says TEXT COMMAND...: whether the command's output has the text, whatever its status
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || true
  echo "$output"
  grep -qF -- "$text" <<<"$output"
}
# gives TEXT COMMAND...: whether the command's output is the text and nothing else
gives() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || true
  echo "$output"
  [ "$output" = "$text" ]
}
# soon SECONDS COMMAND...: tries again until it succeeds
soon() {
  local limit=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $limit ] || return 1
    sleep 0.5
  done
}

k() { kubectl --namespace "$namespace" --request-timeout=0 "$@"; }
# secret NAME KEY: a credential, which no check may print
secret() { k get secret "$installation-$1" -o "go-template={{index .data \"$2\" | base64decode}}"; }
host() { echo "$installation-$1.$namespace.svc.cluster.local"; }

# variable COMPONENT NAME: as rendered for its first container
variable() {
  k get pod "$(pod "$1")" -o "jsonpath={.spec.containers[0].env[?(@.name==\"$2\")].value}"
}
# pod COMPONENT: the name of its pod
pod() {
  k get pod -l "daytona-operator.dev/installation=$installation,app.kubernetes.io/component=$1" \
    --sort-by=.metadata.creationTimestamp -o 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}
{{end}}{{end}}' | tail -n 1
}
# container_process POD: the process of its first container
container_process() {
  ctr tasks ls | awk -v id="$(k get pod "$1" -o 'jsonpath={.status.containerStatuses[0].containerID}' | sed 's#.*//##')" '$1 == id { print $2 }'
}
# in_tools COMPONENT: for kubectl exec, the clients beside its containers. They do not come back when
# the node restarts: there may be some that have ended.
in_tools() {
  k get pod "$(pod "$1")" -o 'go-template={{.metadata.name}} -c {{range .status.ephemeralContainerStatuses}}{{if .state.running}}{{.name}}{{break}}{{end}}{{end}}'
}
has_tools() { [[ $(in_tools "$1") == *" -c tools"* ]]; }
# lend_tools COMPONENT...: clients beside each one's containers, in the network that is theirs
lend_tools() {
  local component
  for component in "$@"; do
    (
      ! has_tools "$component" || exit 0
      profile=restricted
      [ "$component" != runner ] || profile=baseline # restricted has no root
      k debug "$(pod "$component")" --image localhost/daytona-node/tools:1 --image-pull-policy Never \
        --container "tools-$RANDOM" --profile "$profile" --quiet -- tini sleep infinity >/dev/null 2>&1
      soon 60 has_tools "$component"
    ) &
    lending+=($!)
  done
  # no other work of this shell
  wait "${lending[@]}"
  lending=()
}
lending=()
# from COMPONENT COMMAND...: in the network of its pod
from() {
  local component=$1
  shift
  # shellcheck disable=SC2046
  k exec -i $(in_tools "$component") -- "$@" </dev/null
}
# with_secret VALUE VARIABLE COMPONENT COMMAND...: the same with a variable that is no argument
with_secret() {
  local value=$1 variable=$2 component=$3
  shift 3
  # shellcheck disable=SC2046
  k exec -i $(in_tools "$component") -- \
    sh -c "read -r $variable; export $variable; exec \"\$@\"" - "$@" <<<"$value"
}
# in_runner COMMAND...: in the runner's own container
in_runner() { k exec -i "$(pod runner)" -c runner -- "$@"; }

# forward COMPONENT PORT REMOTE: a Service at a port of this machine, as users of Localhost have it
forwards=()
forward() {
  : >"$work/forward-$2.log"
  "$bin/kubectl" --kubeconfig "$dir/kubeconfig" -n "$namespace" port-forward "service/$installation-$1" \
    "$2:$3" >"$work/forward-$2.log" 2>&1 &
  forwards+=($!)
  soon 20 grep -q Forwarding "$work/forward-$2.log" || cat "$work/forward-$2.log"
}
end_forwards() {
  [ ${#forwards[@]} = 0 ] || kill "${forwards[@]}" 2>/dev/null
  wait "${forwards[@]}" 2>/dev/null
  forwards=()
}
request() { curl -sS -m 30 "$@"; }
status() { request -o /dev/null -w '%{http_code}' "$@"; }

# bucket_job FILTER: the bucket's Job once more, changed by the jq filter
bucket_job() {
  local name=bucket-again-$RANDOM
  k get job -l "daytona-operator.dev/installation=$installation,daytona-operator.dev/step=bucket" -o json |
    jq --arg name "$name" '.items[0] | .spec.template.metadata.labels |= with_entries(select(.key | test("job-name|controller-uid") | not))
      | {apiVersion, kind, metadata: {name: $name}, spec: (.spec | del(.selector))}' | jq "$1" |
    k create -f - >/dev/null || return 1
  k wait --for=condition=Complete "job/$name" --timeout=60s
  local code=$?
  k delete job "$name" --wait=false >/dev/null
  return $code
}

refused() { ! "$@"; }
# admin ARGUMENT...: a request with the administrator's key; $api is the API's address
admin() {
  request -K <(printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\n' \
    "${admin_key:=$(secret admin apiKey)}") "$@"
}
runner_is_ready() { [ "$(admin "$api/admin/runners" | jq -r '.[].state')" = ready ]; }
snapshot_is_active() { [ "$(admin "$api/snapshots" | jq -r '.items[0].state')" = active ]; }

# restart COMPONENT [FLAG]: deletes its pod and waits until another is ready
restart() {
  local old uid
  old=$(pod "$1")
  uid=$(k get pod "$old" -o 'jsonpath={.metadata.uid}')
  k delete pod "$old" --wait ${2:+"$2"} >/dev/null && soon 180 replaced "$1" "$uid"
}
# replaced COMPONENT UID: whether its pod is ready and not that one
replaced() {
  local state
  state=$(k get pod "$(pod "$1")" -o 'jsonpath={.metadata.uid} {.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)
  [ "${state#* }" = True ] && [ "${state% *}" != "$2" ]
}
# all_ready: every pod, and then the operator says so too
all_ready() {
  k get pod -l "daytona-operator.dev/installation=$installation,!daytona-operator.dev/step" -o json |
    jq -e --argjson wanted ${#components[@]} '(.items | length) >= $wanted and all(.items[];
      .metadata.deletionTimestamp == null and any(.status.conditions[]?; .type == "Ready" and .status == "True"))' &&
    ready 5
}
ready() { k wait --for=condition=Ready "daytonainstallation/$installation" --timeout="${1:-300}s"; }
