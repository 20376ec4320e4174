# What up.sh, down.sh, images.sh and check.sh share. Source with $dir set.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
node=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
control_plane=$(cd "$node/../control-plane" && pwd)
label=node
# shellcheck source=../control-plane/lib.sh
source "$control_plane/lib.sh"

node_name=daytona-node
# One node at a time on a machine: kube-proxy's tables and CNI's chains have fixed names, so ours
# have too.
bridge=daytona0
network=daytona-node
pod_range=10.245.0.0/24
service_range=10.97.0.0/16
api_service_ip=10.97.0.1
dns_service_ip=10.97.0.10
# Not in $dir: a socket's path has 107 characters at most.
runtime_dir=/run/daytona-node
containerd_socket=$runtime_dir/containerd.sock

ctr() { command ctr --address "$containerd_socket" --namespace k8s.io "$@"; }

# Shims outlive containerd. This containerd's are known by its socket in their command line.
stop_shims() {
  local process
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' 2>/dev/null <"$process/cmdline" |
      grep -q "containerd-shim.* -address $containerd_socket "; then
      kill -9 "${process#/proc/}" 2>/dev/null
    fi
  done
}

needs_root() {
  [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] ||
    fail "a real node needs Linux and root: it mounts file systems and configures the network"
}

# packages PACKAGE...: installs what is missing of these Debian packages
packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "these Debian packages are missing and there is no apt-get: ${missing[*]}"
  echo "installing Debian packages: ${missing[*]}" >&2
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  # No service may start: containerd's package would start a containerd of its own.
  { "${apt[@]}" update && RUNLEVEL=1 "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } \
    >&2 </dev/null 9>&- || fail "apt-get could not install ${missing[*]}"
}
