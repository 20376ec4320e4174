#!/usr/bin/env bash
# Starts a real control plane (etcd, API server, controllers, scheduler) whose nodes and pods are
# simulated by KWOK.
#   up.sh DIR    state, logs, audit log and kubeconfig are in DIR; one that runs is kept
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
[ $# -eq 1 ] || fail "usage: up.sh DIR"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
cache=$("$here/build.sh")
bin=$cache/bin
mkdir -p "$dir/log" "$dir/run" "$dir/pki"
exec 9>"$dir/lock"
flock 9

all_run() {
  local program
  for program in "${programs[@]}"; do runs "$dir" "$program" || return 1; done
}
answers() {
  "$bin/kubectl" --kubeconfig "$dir/kubeconfig" get --raw /readyz >/dev/null 2>&1
}
if [ -f "$dir/kubeconfig" ] && all_run && answers; then
  echo "control plane runs already: $dir/kubeconfig" >&2
  exit 0
fi
stop_all "$dir"

# --- ports, once for each DIR: the kubeconfig stays valid over restarts ---
if [ ! -f "$dir/ports" ]; then
  # Below the kernel's range for outgoing connections, which could take a port while we are down.
  port=$((20000 + RANDOM % 10000))
  ports=()
  while [ ${#ports[@]} -lt 6 ]; do
    (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ports+=("$port")
    port=$((port + 1))
  done
  echo "${ports[*]}" >"$dir/ports"
fi
read -r etcd_port etcd_peer_port api_port controllers_port scheduler_port kwok_port <"$dir/ports"

# --- certificates and the token that is the only way in ---
if [ ! -f "$dir/pki/done" ]; then
  cd "$dir/pki"
  umask 077
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=test-ca \
    -keyout ca.key -out ca.crt 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=kube-apiserver \
    -keyout api.key -out api.csr 2>/dev/null
  printf 'subjectAltName=IP:127.0.0.1,IP:10.0.0.1,DNS:localhost,DNS:kubernetes.default.svc' >san
  openssl x509 -req -in api.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile san \
    -out api.crt 2>/dev/null
  openssl genrsa -out sa.key 2048 2>/dev/null
  openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
  token=$(openssl rand -hex 24)
  echo "$token,admin,admin,system:masters" >tokens.csv
  umask 022
  cd - >/dev/null
  touch "$dir/pki/done"
fi
token=$(cut -d, -f1 "$dir/pki/tokens.csv")
(
  umask 077
  cat >"$dir/kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: daytona
clusters:
  - name: daytona
    cluster:
      server: https://127.0.0.1:$api_port
      certificate-authority-data: $(base64 -w0 "$dir/pki/ca.crt")
contexts: [{name: daytona, context: {cluster: daytona, user: admin}}]
users: [{name: admin, user: {token: "$token"}}]
EOF
)

start() {
  local program=$1
  shift
  setsid "$bin/$program" "$@" >"$dir/log/$program.log" 2>&1 </dev/null 9>&- &
  echo $! >"$dir/run/$program.pid"
}
# wait_for SECONDS PROGRAM WHAT COMMAND...: gives up at once when the program has ended
wait_for() {
  local limit=$((SECONDS + $1)) program=$2 what=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    runs "$dir" "$program" || fail "$program ended; see $dir/log/$program.log"
    [ $SECONDS -lt $limit ] || fail "$program: $what did not happen in time; see $dir/log/$program.log"
    sleep 0.2
  done
}
kubectl() { "$bin/kubectl" --kubeconfig "$dir/kubeconfig" --request-timeout=5s "$@"; }

start etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
  --listen-client-urls "http://127.0.0.1:$etcd_port" \
  --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$etcd_peer_port" \
  --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer_port" \
  --initial-cluster "default=http://127.0.0.1:$etcd_peer_port"
start kube-apiserver \
  --etcd-servers "http://127.0.0.1:$etcd_port" \
  --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$api_port" \
  --endpoint-reconciler-type none \
  --tls-cert-file "$dir/pki/api.crt" --tls-private-key-file "$dir/pki/api.key" \
  --client-ca-file "$dir/pki/ca.crt" --token-auth-file "$dir/pki/tokens.csv" \
  --authorization-mode Node,RBAC --allow-privileged=true \
  --service-account-issuer https://kubernetes.default.svc \
  --service-account-key-file "$dir/pki/sa.pub" --service-account-signing-key-file "$dir/pki/sa.key" \
  --service-cluster-ip-range 10.0.0.0/16 \
  --audit-policy-file "$here/audit-policy.yaml" --audit-log-path "$dir/audit.log" \
  --audit-log-maxsize 2000 --audit-log-mode blocking \
  --max-requests-inflight 2000 --max-mutating-requests-inflight 1000 \
  --watch-cache=true --v 1
wait_for 60 kube-apiserver "its first answer" answers

start kube-controller-manager \
  --kubeconfig "$dir/kubeconfig" --bind-address 127.0.0.1 --secure-port "$controllers_port" \
  --leader-elect=false --kube-api-qps 500 --kube-api-burst 1000 \
  --service-account-private-key-file "$dir/pki/sa.key" --root-ca-file "$dir/pki/ca.crt" \
  --cluster-signing-cert-file "$dir/pki/ca.crt" --cluster-signing-key-file "$dir/pki/ca.key" \
  --concurrent-gc-syncs 40 --concurrent-namespace-syncs 20 --pvclaimbinder-sync-period 1s \
  --node-monitor-grace-period 60s --horizontal-pod-autoscaler-sync-period 5s
cat >"$dir/scheduler.yaml" <<EOF
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: $dir/kubeconfig, qps: 500, burst: 1000}
leaderElection: {leaderElect: false}
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: 2
EOF
start kube-scheduler --config "$dir/scheduler.yaml" --bind-address 127.0.0.1 \
  --secure-port "$scheduler_port"
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
kubectl apply --server-side --force-conflicts -f "$here/kwok-nodes.yaml" >/dev/null

nodes_ready() {
  [ "$(kubectl get nodes -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' |
    grep -c True)" -ge 3 ]
}
default_service_account() { kubectl get serviceaccount default -n default; }
wait_for 60 kwok "its nodes' readiness" nodes_ready
wait_for 60 kube-controller-manager "the default service account" default_service_account
echo "control plane is up: $dir/kubeconfig" >&2
