# What the kernel says of the running processes: user, capabilities, seccomp, root file system.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- security"
# What the API server says to enforcing the profile "restricted": a warning for each pod that breaks it.
breaking() {
  kubectl label --dry-run=server --overwrite namespace "$namespace" \
    pod-security.kubernetes.io/enforce=restricted 2>&1 | sed -n 's/^Warning: *\('"$installation"'-[^ :(]*\).*/\1/p'
}
equal "Pod Security 'restricted' is kept by all but the runner" "$(pod runner)" "$(breaking | paste -sd ' ' -)"

# process CONTAINER_ID: the first process of a container
process() { ctr tasks ls | awk -v id="${1#*://}" '$1 == id { print $2 }'; }
field() { awk -v name="$2:" '$1 == name { print $2; exit }' "/proc/$1/status"; }
root_is_read_only() { awk '$5 == "/" { print $6 }' "/proc/$1/mountinfo" | grep -qE '^ro(,|$)'; }
# facts CONTAINER_ID: uid, capabilities, no-new-privileges, seccomp (2: a filter), root
facts() {
  local pid root=writable
  pid=$(process "$1")
  ! root_is_read_only "$pid" || root=read-only
  echo "uid $(field "$pid" Uid), capabilities $(field "$pid" CapBnd), no-new-privileges $(field "$pid" NoNewPrivs), seccomp $(field "$pid" Seccomp), root $root"
}
user_of() {
  case $1 in
    api | proxy | ssh-gateway | registry | object-storage) echo 1000 ;;
    database | cache) echo 999 ;;
    dex) echo 1001 ;;
    pgadmin) echo 5050 ;;
    registry-ui) echo 101 ;;
    jaeger | otel-collector) echo 10001 ;;
    maildev) echo 1000 ;;
  esac
}
for component in "${components[@]}"; do
  [ "$component" != runner ] || continue
  id=$(k get pod "$(pod $component)" -o 'jsonpath={.status.containerStatuses[0].containerID}')
  capabilities=0000000000000000
  # the file capability of the image's Python; see the renderer
  [ $component != pgadmin ] || capabilities=0000000000000400
  equal "$component: user $(user_of $component), without privileges" \
    "uid $(user_of $component), capabilities $capabilities, no-new-privileges 1, seccomp 2, root read-only" "$(facts "$id")"
done
tokens_of_kubernetes() {
  k get pod -o json | jq '[.items[].spec.volumes[]? | .projected.sources[]?.serviceAccountToken // empty] | length'
}
equal "no pod has a token of Kubernetes" 0 "$(tokens_of_kubernetes)"
