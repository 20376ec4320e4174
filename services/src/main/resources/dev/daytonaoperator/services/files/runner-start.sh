#!/bin/sh
# Starts a Daytona runner: dockerd first, in a cgroup of its own below the pod's, then the runner
# in place of this shell. POSIX sh: the image is Alpine.
set -eu

say() { echo "runner-start: $*"; }
die() { say "$*" >&2; exit 1; }

# --- cgroup -------------------------------------------------------------------------------------
# On cgroup v2 a privileged container sees the node's whole hierarchy. Without a parent of its own
# dockerd would put sandboxes beside the pod, where the pod's limits do not hold. A cgroup that
# passes controllers on may hold no process itself, so this shell and all it starts move to a leaf.
# On v1 the container's own cgroup is mounted as the root and everything nests by itself.
cgroup_parent=
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  own=$(sed -n 's/^0:://p' /proc/self/cgroup)
  [ "$own" != / ] || own=
  own=${own%/leaf}
  here=/sys/fs/cgroup$own
  [ -d "$here" ] || die "cgroup $own of this pod is not visible below /sys/fs/cgroup"
  mkdir -p "$here/leaf" "$here/sandboxes"
  for pid in $(cat "$here/cgroup.procs"); do
    echo "$pid" > "$here/leaf/cgroup.procs" 2>/dev/null || : # it may have ended meanwhile
  done
  for controller in $(cat "$here/cgroup.controllers"); do
    echo "+$controller" > "$here/cgroup.subtree_control" 2>/dev/null \
      || say "cgroup controller $controller is not available to sandboxes"
  done
  # Set by the kubelet: one sandbox that meets the pod's memory limit would take all others along.
  [ ! -f "$here/memory.oom.group" ] || echo 0 > "$here/memory.oom.group" 2>/dev/null || :
  cgroup_parent=$own/sandboxes
fi

# --- iptables -----------------------------------------------------------------------------------
# dockerd and the runner must write to the same tables: nft unless the kernel only has the old ones.
if ! iptables -nL > /dev/null 2>&1; then
  legacy=/usr/local/sbin/.iptables-legacy
  if [ -x "$legacy/iptables" ] && "$legacy/iptables" -nL > /dev/null 2>&1; then
    PATH=$legacy:$PATH
    export PATH
  else
    die "iptables does not work here: the pod must be privileged, the kernel needs nf_tables or ip_tables"
  fi
fi

# --- GPU ----------------------------------------------------------------------------------------
# Sandboxes get one CDI device each; the stock image has neither nvidia-smi nor nvidia-ctk.
if [ "${GPU_ENABLED:-false}" = true ]; then
  for tool in nvidia-smi nvidia-ctk; do
    command -v "$tool" > /dev/null || die "GPU pool, but the image has no $tool: set runners[].image"
  done
  mkdir -p /var/run/cdi
  nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml || die "no CDI specification for the GPUs"
fi

# --- dockerd ------------------------------------------------------------------------------------
# Packets larger than the pod's own interface takes would be dropped silently.
interface=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)
mtu=${SANDBOX_MTU:-}
[ -n "$mtu" ] || mtu=$(cat "/sys/class/net/${interface:-eth0}/mtu" 2>/dev/null || echo 1500)

mount --make-rshared / 2>/dev/null || : # volumes mounted later must reach the sandboxes
find /run /var/run -name 'docker*.pid' -delete 2>/dev/null || :
find /run /var/run -name 'containerd.pid' -delete 2>/dev/null || :
export container=docker # dockerd asks this before it touches AppArmor
if [ -d /sys/kernel/security ] && ! mountpoint -q /sys/kernel/security; then
  mount -t securityfs none /sys/kernel/security 2>/dev/null || :
fi

# On the socket alone: a TCP port would give the node to whoever reaches the pod.
set -- dockerd --host=unix:///var/run/docker.sock --data-root=/var/lib/docker \
  --exec-opt native.cgroupdriver=cgroupfs --mtu="$mtu"
[ -z "$cgroup_parent" ] || set -- "$@" --cgroup-parent="$cgroup_parent"
# Orphans of ended sandboxes have nobody else who collects them.
! command -v docker-init > /dev/null || set -- docker-init -s -- "$@"
# The endpoint is the runner's: dockerd would send traces of its own there.
env -u OTEL_EXPORTER_OTLP_ENDPOINT "$@" &
dockerd=$!
trap 'kill "$dockerd" 2>/dev/null; wait "$dockerd"; exit 143' TERM INT

# The runner itself gives up after 27 s; a full disk takes longer. The startup probe is the limit.
until docker info > /dev/null 2>&1; do
  kill -0 "$dockerd" 2>/dev/null || die "dockerd ended, see above"
  sleep 1
done

# --- network of the sandboxes -------------------------------------------------------------------
# The runner creates this network only when it is absent, always as 172.20.0.0/16. An existing one
# stays as it is: stopped sandboxes on this disk belong to it.
if [ "${INTER_SANDBOX_NETWORK_ENABLED:-true}" = false ] \
  && ! docker network inspect runner-bridge > /dev/null 2>&1; then
  docker network create --driver bridge --subnet "$SANDBOX_SUBNET" \
    --opt com.docker.network.bridge.enable_icc=false \
    --opt com.docker.network.driver.mtu="$mtu" runner-bridge > /dev/null \
    || die "network $SANDBOX_SUBNET for sandboxes cannot be created: set sandboxNetwork.subnet"
fi

# --- self-test ----------------------------------------------------------------------------------
iptables -nL DOCKER-USER > /dev/null 2>&1 || die "dockerd made no DOCKER-USER chain: no egress rules"
driver=$(docker info --format '{{.Driver}}')
[ "$driver" != vfs ] || die "storage driver vfs: /var/lib/docker must be ext4 or xfs on a volume"
touch /var/lib/docker/.writable && rm /var/lib/docker/.writable || die "/var/lib/docker is read-only"
say "dockerd ready: driver $driver, cgroup v$(docker info --format '{{.CgroupVersion}}')," \
  "mtu $mtu, sandboxes in ${cgroup_parent:-the cgroup of the pod}"

# For build logs, and for the rules that the runner saves every minute.
mkdir -p "$(dirname "$LOG_FILE_PATH")" /etc/iptables
exec daytona-runner
