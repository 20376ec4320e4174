#!/usr/bin/env bash
# Starts a one-node Kubernetes whose node is real: kubelet, containerd, CNI network, kube-proxy,
# NetworkPolicy enforcement, volumes for claims and CoreDNS. For images see images.sh.
#   up.sh DIR    state, logs, audit log and kubeconfig are in DIR; one that runs is kept
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -eq 1 ] || fail "usage: up.sh DIR"
needs_root
mkdir -p "$1"
dir=$(cd "$1" && pwd)
exec 9>"$dir/lock"
flock 9

check_machine() {
  local probe owner
  owner=$(cat "$runtime_dir/owner" 2>/dev/null) || owner=$dir
  [ "$owner" = "$dir" ] ||
    fail "another node of this machine has its state in $owner; stop it with down.sh first"
  probe=$(mktemp -d "$dir/probe.XXXXXX")
  mkdir "$probe/lower" "$probe/upper" "$probe/work" "$probe/merged"
  if mount -t overlay overlay "$probe/merged" \
    -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" 2>/dev/null; then
    umount "$probe/merged"
    rm -rf "$probe"
  else
    rm -rf "$probe"
    fail "the kernel mounts no overlay file system on $dir: a privileged machine and an ordinary disk are needed"
  fi
  ip link add daytona-probe type bridge 2>/dev/null && ip link del daytona-probe ||
    fail "the kernel makes no network bridge: a machine that may configure its network is needed"
  nft list tables >/dev/null 2>&1 || fail "the kernel has no nftables, which carry Services and NetworkPolicies"
}

# --- programs ---
packages containerd runc containernetworking-plugins iptables nftables conntrack socat ethtool \
  kmod iproute2 openssl curl jq python3
check_machine
control_plane_bin=$("$control_plane/build.sh")/bin
node_bin=$("$node/build.sh" kubelet kube-proxy runc-lenient node-agent)/bin
"$node/images.sh" build system
bin=$dir/bin
mkdir -p "$bin" "$dir/log" "$dir/run" "$dir/pki" "$dir/cni" "$dir/config"
for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl; do
  ln -sf "$control_plane_bin/$program" "$bin/"
done
for program in kubelet kube-proxy node-agent; do ln -sf "$node_bin/$program" "$bin/"; done

# clients first, etcd last
servers=(node-agent kube-proxy kubelet containerd kube-scheduler kube-controller-manager
  kube-apiserver etcd)
if [ -f "$dir/kubeconfig" ] && all_run "${servers[@]}" && answers; then
  echo "node runs already: $dir/kubeconfig" >&2
  exit 0
fi
# Containers survive a restart of containerd and kubelet, like those of any node.
stop "${servers[@]}"
mkdir -p "$runtime_dir"
echo "$dir" >"$runtime_dir/owner"

# --- control plane ---
read -r interface node_ip < <(ip -4 -o route get 198.51.100.1 2>/dev/null |
  sed -n 's/.* dev \([^ ]*\) src \([^ ]*\).*/\1 \2/p') ||
  fail "the machine has no IPv4 route out, whose interface gives the node its address"
chosen=$(choose_ports 9)
read -r etcd_port etcd_peer_port api_port controllers_port scheduler_port kubelet_port \
  kubelet_health_port proxy_health_port proxy_metrics_port <<<"$chosen"
create_pki "IP:127.0.0.1,IP:$node_ip,IP:$api_service_ip,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
if [ ! -f "$dir/pki/kubelet.crt" ]; then
  (
    umask 077
    certificate kubelet-client /O=system:masters/CN=kube-apiserver extendedKeyUsage=clientAuth
    certificate kubelet "/CN=$node_name" "subjectAltName=DNS:$node_name,IP:$node_ip,IP:127.0.0.1" \
      extendedKeyUsage=serverAuth
    for user in "system:node:$node_name,kubelet,system:nodes" \
      system:kube-proxy,kube-proxy node-agent,node-agent; do
      echo "$(openssl rand -hex 24),$user" >>"$dir/pki/tokens.csv"
    done
    awk -F, '$2 == "node-agent" { print $1 }' "$dir/pki/tokens.csv" >"$dir/pki/node-agent.token"
  )
fi
kubeconfig "$dir/kubeconfig" admin
kubeconfig "$dir/config/kubelet.kubeconfig" "system:node:$node_name"
kubeconfig "$dir/config/kube-proxy.kubeconfig" system:kube-proxy
start_etcd "$etcd_port" "$etcd_peer_port"
start_api_server "$etcd_port" --bind-address 0.0.0.0 --advertise-address "$node_ip" \
  --service-account-issuer https://kubernetes.default.svc.cluster.local \
  --service-cluster-ip-range "$service_range" --enable-admission-plugins NodeRestriction \
  --kubelet-certificate-authority "$dir/pki/ca.crt" \
  --kubelet-client-certificate "$dir/pki/kubelet-client.crt" \
  --kubelet-client-key "$dir/pki/kubelet-client.key" \
  --kubelet-preferred-address-types InternalIP
start_controllers "$controllers_port" --use-service-account-credentials
start_scheduler "$scheduler_port"

# --- node ---
# shellcheck source=node-config.sh
source "$node/node-config.sh"
kernel_settings
write_cni_config
write_containerd_config
write_kubelet_config
write_kube_proxy_config
start containerd --config "$dir/config/containerd.toml"
wait_for 30 containerd "its first answer" ctr version
"$node/images.sh" load "$dir" system
start_kubelet() {
  start kubelet --config "$dir/config/kubelet.yaml" --kubeconfig "$dir/config/kubelet.kubeconfig" \
    --root-dir "$dir/kubelet" --hostname-override "$node_name" --node-ip "$node_ip" --v 2
}
kubelet_healthy() {
  # containerd answers before its part for Kubernetes does; the kubelet then gives up
  runs kubelet || start_kubelet
  curl -sf "http://127.0.0.1:$kubelet_health_port/healthz"
}
start_kubelet
wait_for 60 containerd "the kubelet's readiness" kubelet_healthy
start kube-proxy --config "$dir/config/kube-proxy.yaml" --v 2

# --- add-ons ---
for addon in "$node"/addons/*.yaml; do
  sed "s#@DNS_SERVICE_IP@#$dns_service_ip#" "$addon" |
    kubectl apply --server-side --force-conflicts -f - >/dev/null
done
start node-agent --server "https://127.0.0.1:$api_port" --ca "$dir/pki/ca.crt" \
  --token-file "$dir/pki/node-agent.token" --node "$node_name" --volumes "$dir/volumes"
node_ready() { kubectl wait --for=condition=Ready "node/$node_name" --timeout=1s; }
wait_for 60 kubelet "the node's readiness" node_ready
kubectl -n kube-system rollout status deployment/coredns --timeout=90s --request-timeout=0 >/dev/null ||
  fail "CoreDNS does not start: kubectl --kubeconfig $dir/kubeconfig -n kube-system describe pods"
echo "node is up: $dir/kubeconfig" >&2
