#!/usr/bin/env bash
# Starts a real control plane (etcd, API server, controllers, scheduler) whose nodes and pods are
# simulated by KWOK.
#   up.sh DIR    state, logs, audit log and kubeconfig are in DIR; one that runs is kept
set -euo pipefail
control_plane=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$control_plane/lib.sh"
[ $# -eq 1 ] || fail "usage: up.sh DIR"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
cache=$("$control_plane/build.sh")
bin=$cache/bin
mkdir -p "$dir/log" "$dir/run" "$dir/pki"
exec 9>"$dir/lock"
flock 9

if [ -f "$dir/kubeconfig" ] &&
  all_run etcd kube-apiserver kube-controller-manager kube-scheduler kwok && answers; then
  echo "control plane runs already: $dir/kubeconfig" >&2
  exit 0
fi
stop kwok kube-scheduler kube-controller-manager kube-apiserver etcd

chosen=$(choose_ports 6)
read -r etcd_port etcd_peer_port api_port controllers_port scheduler_port kwok_port <<<"$chosen"
create_pki IP:127.0.0.1,IP:10.0.0.1,DNS:localhost,DNS:kubernetes.default.svc
kubeconfig "$dir/kubeconfig" admin

start_etcd "$etcd_port" "$etcd_peer_port"
start_api_server "$etcd_port" \
  --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --endpoint-reconciler-type none \
  --service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range 10.0.0.0/16
start_controllers "$controllers_port"
start_scheduler "$scheduler_port"
stages=()
for stage in "$cache"/stages/*.yaml; do
  if grep -q '^kind: StorageClass' "$stage"; then
    kubectl apply -f "$stage" >/dev/null
  else
    stages+=(--config "$stage")
  fi
done
start kwok --kubeconfig "$dir/kubeconfig" --manage-all-nodes --node-lease-duration-seconds=40 \
  --server-address "127.0.0.1:$kwok_port" "${stages[@]}"
kubectl apply --server-side --force-conflicts -f "$control_plane/kwok-nodes.yaml" >/dev/null

nodes_ready() {
  [ "$(kubectl get nodes -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' |
    grep -c True)" -ge 3 ]
}
default_service_account() { kubectl get serviceaccount default -n default; }
wait_for 60 kwok "its nodes' readiness" nodes_ready
wait_for 60 kube-controller-manager "the default service account" default_service_account
echo "control plane is up: $dir/kubeconfig" >&2
