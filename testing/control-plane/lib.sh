# Starting and stopping the servers of a control plane. Sourced with $dir (state) and $bin
# (programs) set, and $label (what messages call it) where that is not a control plane.
# shellcheck shell=bash
# shellcheck disable=SC2154

fail() {
  echo "${label:-control plane}: $*" >&2
  exit 1
}

# runs PROGRAM: whether the process that was started is still that program; a pid may have gone to
# another one meanwhile
runs() {
  local pid
  pid=$(cat "$dir/run/$1.pid" 2>/dev/null) || return 1
  [ "$(basename "$(readlink "/proc/$pid/exe" 2>/dev/null)")" = "$1" ]
}

# all_run PROGRAM...
all_run() {
  local program
  for program in "$@"; do runs "$program" || return 1; done
}

# start PROGRAM ARGUMENT...: in a session of its own, from $bin or else the PATH. Returns when the
# process is that program or has ended: until then it would not count as running.
start() {
  local program=$1 file
  shift
  file=$bin/$program
  [ -x "$file" ] || file=$(command -v "$program") || fail "$program is not installed"
  setsid "$file" "$@" >"$dir/log/$program.log" 2>&1 </dev/null 9>&- &
  echo $! >"$dir/run/$program.pid"
  until runs "$program" || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
}

# stop PROGRAM...: in this order
stop() {
  local program pid tries
  for program in "$@"; do
    if runs "$program"; then
      pid=$(cat "$dir/run/$program.pid")
      kill "$pid" 2>/dev/null || true
      tries=0
      while runs "$program"; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || kill -9 "$pid" 2>/dev/null || true
        sleep 0.1
      done
    fi
    rm -f "$dir/run/$program.pid"
  done
}

# wait_for SECONDS PROGRAM WHAT COMMAND...: gives up at once when the program has ended
wait_for() {
  local limit=$((SECONDS + $1)) program=$2 what=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    runs "$program" || fail "$program ended; see $dir/log/$program.log"
    [ $SECONDS -lt $limit ] || fail "$program: $what did not happen in time; see $dir/log/$program.log"
    sleep 0.2
  done
}

kubectl() { "$bin/kubectl" --kubeconfig "$dir/kubeconfig" --request-timeout=5s "$@"; }
answers() { kubectl get --raw /readyz >/dev/null 2>&1; }

# choose_ports COUNT: free ports, once for each DIR: the kubeconfig stays valid over restarts
choose_ports() {
  local port ports=()
  if [ ! -f "$dir/ports" ]; then
    # Below the kernel's range for outgoing connections, which could take a port while we are down.
    port=$((20000 + RANDOM % 10000))
    while [ ${#ports[@]} -lt "$1" ]; do
      (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ports+=("$port")
      port=$((port + 1))
    done
    echo "${ports[*]}" >"$dir/ports"
  fi
  cat "$dir/ports"
}

# certificate NAME SUBJECT EXTENSION...: signed by the CA of $dir/pki
certificate() {
  local name=$1 subject=$2
  shift 2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$subject" \
    -keyout "$dir/pki/$name.key" -out "$dir/pki/$name.csr" 2>/dev/null
  printf '%s\n' "$@" >"$dir/pki/$name.extensions"
  openssl x509 -req -in "$dir/pki/$name.csr" -CA "$dir/pki/ca.crt" -CAkey "$dir/pki/ca.key" \
    -CAcreateserial -days 3650 -extfile "$dir/pki/$name.extensions" -out "$dir/pki/$name.crt" \
    2>/dev/null
}

# create_pki API_SERVER_NAMES: CA, the API server's certificate, the key of service account tokens,
# and the administrator's token; once for each DIR
create_pki() {
  [ ! -f "$dir/pki/done" ] || return 0
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
      -subj /CN=test-ca -keyout "$dir/pki/ca.key" -out "$dir/pki/ca.crt" 2>/dev/null
    certificate api /CN=kube-apiserver "subjectAltName=$1"
    openssl genrsa -out "$dir/pki/sa.key" 2048 2>/dev/null
    openssl rsa -in "$dir/pki/sa.key" -pubout -out "$dir/pki/sa.pub" 2>/dev/null
    echo "$(openssl rand -hex 24),admin,admin,system:masters" >"$dir/pki/tokens.csv"
  )
  touch "$dir/pki/done"
}

# kubeconfig FILE USER: for a user of tokens.csv, which the API server at $api_port reads
kubeconfig() {
  local token
  token=$(awk -F, -v user="$2" '$2 == user { print $1 }' "$dir/pki/tokens.csv")
  (
    umask 077
    cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: daytona
clusters:
  - name: daytona
    cluster:
      server: https://127.0.0.1:$api_port
      certificate-authority-data: $(base64 -w0 "$dir/pki/ca.crt")
contexts: [{name: daytona, context: {cluster: daytona, user: $2}}]
users: [{name: $2, user: {token: "$token"}}]
YAML
  )
}

# start_etcd PORT PEER_PORT
start_etcd() {
  start etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$1" --advertise-client-urls "http://127.0.0.1:$1" \
    --listen-peer-urls "http://127.0.0.1:$2" --initial-advertise-peer-urls "http://127.0.0.1:$2" \
    --initial-cluster "default=http://127.0.0.1:$2"
}

# start_api_server ETCD_PORT FLAG...: and waits until it answers
start_api_server() {
  local etcd_port=$1
  shift
  start kube-apiserver \
    --etcd-servers "http://127.0.0.1:$etcd_port" --secure-port "$api_port" \
    --tls-cert-file "$dir/pki/api.crt" --tls-private-key-file "$dir/pki/api.key" \
    --client-ca-file "$dir/pki/ca.crt" --token-auth-file "$dir/pki/tokens.csv" \
    --authorization-mode Node,RBAC --allow-privileged=true \
    --service-account-key-file "$dir/pki/sa.pub" \
    --service-account-signing-key-file "$dir/pki/sa.key" \
    --audit-policy-file "$control_plane/audit-policy.yaml" --audit-log-path "$dir/audit.log" \
    --audit-log-maxsize 2000 --audit-log-mode blocking \
    --max-requests-inflight 2000 --max-mutating-requests-inflight 1000 \
    --watch-cache=true --v 1 "$@"
  wait_for 60 kube-apiserver "its first answer" answers
}

# start_controllers PORT FLAG...
start_controllers() {
  local port=$1
  shift
  start kube-controller-manager \
    --kubeconfig "$dir/kubeconfig" --bind-address 127.0.0.1 --secure-port "$port" \
    --leader-elect=false --kube-api-qps 500 --kube-api-burst 1000 \
    --service-account-private-key-file "$dir/pki/sa.key" --root-ca-file "$dir/pki/ca.crt" \
    --cluster-signing-cert-file "$dir/pki/ca.crt" --cluster-signing-key-file "$dir/pki/ca.key" \
    --concurrent-gc-syncs 40 --concurrent-namespace-syncs 20 --pvclaimbinder-sync-period 1s \
    --node-monitor-grace-period 60s --horizontal-pod-autoscaler-sync-period 5s "$@"
}

# start_scheduler PORT
start_scheduler() {
  cat >"$dir/scheduler.yaml" <<YAML
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: $dir/kubeconfig, qps: 500, burst: 1000}
leaderElection: {leaderElect: false}
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: 2
YAML
  start kube-scheduler --config "$dir/scheduler.yaml" --bind-address 127.0.0.1 --secure-port "$1"
}
