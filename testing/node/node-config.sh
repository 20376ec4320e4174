# The configuration files of the node's programs. Sourced by up.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154

# What down.sh sets back is in $dir/config/sysctl.before.
kernel_settings() {
  modprobe -a br_netfilter overlay 2>/dev/null || true # or they are built in
  [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] ||
    fail "the kernel has no br_netfilter: pods would not reach Services on their own node"
  local settings=(net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1)
  # each container and kubelet watcher takes some; the kernel's default is 128
  [ "$(sysctl -n fs.inotify.max_user_instances)" -ge 512 ] ||
    settings+=(fs.inotify.max_user_instances=512)
  [ -f "$dir/config/sysctl.before" ] || sysctl "${settings[@]%=*}" >"$dir/config/sysctl.before"
  sysctl -qw "${settings[@]}"
}

write_cni_config() {
  mkdir -p "$dir/cni/net.d"
  # The packet size of the way out: larger packets of pods would be lost there.
  cat >"$dir/cni/net.d/10-daytona.conflist" <<EOT
{"cniVersion": "0.4.0", "name": "$network", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "mtu": $(cat "/sys/class/net/$interface/mtu"),
   "ipam": {"type": "host-local", "dataDir": "$dir/cni/addresses",
            "ranges": [[{"subnet": "$pod_range"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "firewall"},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOT
}

# Where even root lacks CAP_SYS_RESOURCE (bit 24) the kernel refuses some of what containerd and
# dockerd ask runc for; runc-lenient asks for what can be had.
lacks_sys_resource() {
  [ $((0x$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status) >> 24 & 1)) = 0 ]
}

write_containerd_config() {
  local runc=
  ! lacks_sys_resource || runc="BinaryName = \"$node_bin/runc-lenient\""
  # restrict_oom_score_adj: without CAP_SYS_RESOURCE no sandbox would start at all
  cat >"$dir/config/containerd.toml" <<EOT
version = 2
root = "$dir/containerd"
state = "$runtime_dir/containerd"
[grpc]
  address = "$containerd_socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/daytona-node/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        $runc
[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/containerd/opt"
EOT
}

write_kubelet_config() {
  local fail_cgroup_v1=false
  [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ] || fail_cgroup_v1=true
  # A resolver on this machine's loopback is not there for pods.
  grep -v '^nameserver 127\.' /etc/resolv.conf >"$dir/config/resolv.conf" || true
  # NeverVerify: an imported image whose content was also pulled by another name would be pulled
  # again, IfNotPresent or not. No image is ever collected: none can be pulled again.
  cat >"$dir/config/kubelet.yaml" <<EOT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 0.0.0.0
port: $kubelet_port
healthzPort: $kubelet_health_port
readOnlyPort: 0
tlsCertFile: $dir/pki/kubelet.crt
tlsPrivateKeyFile: $dir/pki/kubelet.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $dir/pki/ca.crt}}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://$containerd_socket
cgroupDriver: cgroupfs
failCgroupV1: $fail_cgroup_v1
failSwapOn: false
oomScoreAdj: 0
clusterDNS: [$dns_service_ip]
clusterDomain: cluster.local
resolvConf: $dir/config/resolv.conf
podLogsDir: $dir/pod-logs
volumePluginDir: $dir/kubelet/volumeplugins
evictionHard: {memory.available: 200Mi, nodefs.available: 2%, imagefs.available: 2%, nodefs.inodesFree: 1%}
imageGCHighThresholdPercent: 100
imageMaximumGCAge: 0s
imagePullCredentialsVerificationPolicy: NeverVerify
serializeImagePulls: false
syncFrequency: 10s
nodeStatusUpdateFrequency: 5s
maxPods: 100
EOT
}

write_kube_proxy_config() {
  cat >"$dir/config/kube-proxy.yaml" <<EOT
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $dir/config/kube-proxy.kubeconfig}
mode: nftables
hostnameOverride: $node_name
healthzBindAddress: 127.0.0.1:$proxy_health_port
metricsBindAddress: 127.0.0.1:$proxy_metrics_port
oomScoreAdj: 0
clusterCIDR: $pod_range
detectLocalMode: ClusterCIDR
nodePortAddresses: [primary]
conntrack: {maxPerCore: 0, min: 0}
EOT
}
