# Every component tries every port of every other: what passes is what the platform needs, and no
# more. The table is written down here and not read from the code.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- NetworkPolicy"
targets="api:3000 proxy:4000 ssh-gateway:2222 runner:3003 runner:2220 dex:5556 database:5432 pgadmin:8080 cache:6379
  registry:6000 registry-ui:8080 minio:9000 minio:9001 jaeger:16686 jaeger:4317 otel-collector:4317
  otel-collector:4318 otel-collector:9090 maildev:1025 maildev:1080"
allowed() {
  case $1 in
    api) echo "runner:3003 dex:5556 database:5432 cache:6379 registry:6000 minio:9000 otel-collector:4318 maildev:1025" ;;
    proxy) echo "api:3000 runner:3003 dex:5556 cache:6379" ;;
    ssh-gateway) echo "api:3000 runner:2220" ;;
    runner) echo "api:3000 registry:6000 minio:9000 otel-collector:4318" ;;
    pgadmin) echo "database:5432" ;;
    registry-ui) echo "registry:6000" ;;
    otel-collector) echo "jaeger:4317" ;;
    *) echo ;;
  esac
}
lend_tools "${components[@]}"
# run NAMESPACE NAME COMMAND...: a pod of no installation
run() {
  local place=$1 name=$2
  shift 2
  kubectl -n "$place" run "$name" --image localhost/daytona-node/tools:1 --image-pull-policy Never \
    --restart Never -- "$@" >/dev/null
  kubectl -n "$place" wait --for=condition=Ready "pod/$name" --timeout=60s --request-timeout=0 >/dev/null
}

# probes NAME ADDRESS...: prints the targets that take a connection, sorted. Addresses and not names:
# who may connect to nothing may ask no name server either.
# shellcheck disable=SC2016 # the pod's shell expands it
probe_script='for target; do
  address=${target#*=}
  (nc -z -w 2 "${address%:*}" "${address#*:}" 2>/dev/null && echo "${target%%=*}") &
done; wait'
addresses=()
for target in $targets; do
  address=$(k get service "$installation-${target%:*}" -o 'jsonpath={.spec.clusterIP}')
  # the runners' Service is headless
  [ "$address" != None ] || address=$(k get pod "$(pod "${target%:*}")" -o 'jsonpath={.status.podIP}')
  addresses+=("$target=$address:${target#*:}")
done
# Somebody else's server in the cluster: nothing here has business there.
outside=outside-$RANDOM
run default "$outside" nc -lk 8080
addresses+=("outside:8080=$(kubectl -n default get pod "$outside" -o 'jsonpath={.status.podIP}'):8080")
words() { tr ' ' '\n' | sed '/^$/d' | LC_ALL=C sort | paste -sd ' ' -; }
own_service() { [ "$1" = object-storage ] && echo minio || echo "$1"; }
for component in "${components[@]}"; do
  others=()
  for target in "${addresses[@]}"; do
    [[ $target == "$(own_service "$component"):"* ]] || others+=("$target")
  done
  from "$component" sh -c "$probe_script" - "${others[@]}" >"$work/reached-$component" 2>&1 &
done
wait
for component in "${components[@]}"; do
  wanted=$(allowed "$component" | words)
  reached=$(words <"$work/reached-$component")
  equal "from $component: ${wanted:-nothing}" "${wanted:-nothing}" "${reached:-nothing}"
done

# Others in the cluster: a pod without labels, in the namespace and outside of it. They reach each
# other, which shows that the server outside is one.
for place in "$namespace" default; do
  name=stranger-$RANDOM
  run "$place" "$name" sleep 300
  reached=$(kubectl -n "$place" exec --request-timeout=0 "$name" -- sh -c "$probe_script" - "${addresses[@]}" | words)
  equal "from a stranger in namespace $place: nothing" outside:8080 "$reached"
  kubectl -n "$place" delete pod "$name" --now --wait=false >/dev/null
done
kubectl -n default delete pod "$outside" --now --wait=false >/dev/null
