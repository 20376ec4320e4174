# Functions of the checks on a running installation. Sourced by fidelity.sh with $dir, $bin, $root,
# $namespace, $installation and $work set.
# shellcheck shell=bash
# shellcheck disable=SC2154
passed=0
failed=0

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
# equal NAME WANTED ACTUAL
equal() {
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: '$3', not '$2'"; fi
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
# lend_tools COMPONENT...: clients beside each one's containers, in the network that is theirs
lend_tools() {
  local component
  for component in "$@"; do
    (
      name=$(pod "$component")
      profile=restricted
      [ "$component" != runner ] || profile=baseline # restricted has no root
      k get pod "$name" -o 'jsonpath={.spec.ephemeralContainers[*].name}' | grep -qw tools ||
        k debug "$name" --image localhost/daytona-node/tools:1 --image-pull-policy Never \
          --container tools --profile "$profile" --quiet -- tini sleep infinity >/dev/null
      soon 60 says running k get pod "$name" \
        -o 'jsonpath={.status.ephemeralContainerStatuses[?(@.name=="tools")].state}' >/dev/null
    ) &
  done
  wait
}
# from COMPONENT COMMAND...: in the network of its pod
from() {
  local component=$1
  shift
  k exec -i "$(pod "$component")" -c tools -- "$@" </dev/null
}
# with_secret VALUE VARIABLE COMPONENT COMMAND...: the same with a variable that is no argument
with_secret() {
  local value=$1 variable=$2 component=$3
  shift 3
  k exec -i "$(pod "$component")" -c tools -- \
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

# restart COMPONENT: deletes its pod and waits until another is ready
restart() {
  local old uid
  old=$(pod "$1")
  uid=$(k get pod "$old" -o 'jsonpath={.metadata.uid}')
  k delete pod "$old" --wait >/dev/null && soon 180 replaced "$1" "$uid"
}
# replaced COMPONENT UID: whether its pod is ready and not that one
replaced() {
  local state
  state=$(k get pod "$(pod "$1")" -o 'jsonpath={.metadata.uid} {.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)
  [ "${state#* }" = True ] && [ "${state% *}" != "$2" ]
}
ready() { k wait --for=condition=Ready "daytonainstallation/$installation" --timeout="${1:-300}s"; }
