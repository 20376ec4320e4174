#!/usr/bin/env bash
# Stops what up.sh started, with all containers, mounts, interfaces and rules.
#   down.sh DIR [--purge]    --purge also deletes all state
set -uo pipefail # without -e: whatever fails, the rest is taken down too
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -ge 1 ] || fail "usage: down.sh DIR [--purge]"
[ -d "$1" ] || exit 0
needs_root
dir=$(cd "$1" && pwd)
bin=$dir/bin

stop_containers() {
  local id
  [ -S "$containerd_socket" ] && ctr version >/dev/null 2>&1 || return 0
  for id in $(ctr tasks ls -q); do
    ctr tasks kill --signal KILL --all "$id" >/dev/null 2>&1 &
  done
  wait
  for id in $(ctr containers ls -q); do
    {
      ctr tasks delete --force "$id"
      ctr containers delete "$id"
    } >/dev/null 2>&1 &
  done
  wait
}

unmount_all() {
  local prefix mount
  for prefix in "$dir/" "$runtime_dir/"; do
    awk -v prefix="$prefix" 'index($2, prefix) == 1 { print $2 }' /proc/mounts | sort -r |
      while read -r mount; do umount -l "$mount"; done
  done
}

# CNI names network namespaces cni-<uuid>; those in which no process is left were our pods'.
remove_network_namespaces() {
  local used namespace
  used=$(stat -Lc %i /proc/[0-9]*/ns/net 2>/dev/null | sort -u)
  for namespace in /run/netns/cni-*; do
    [ -e "$namespace" ] || continue
    if ! grep -qx "$(stat -Lc %i "$namespace")" <<<"$used"; then
      umount -l "$namespace" 2>/dev/null
      rm -f "$namespace"
    fi
  done
}

remove_network() {
  local tables
  nft delete table ip daytona-network-policy 2>/dev/null
  [ ! -x "$bin/kube-proxy" ] || "$bin/kube-proxy" --cleanup >/dev/null 2>&1
  ip link del "$bridge" 2>/dev/null
  rm -f /var/lib/cni/results/"$network"-*
  for tables in iptables ip6tables; do
    command -v "$tables-save" >/dev/null || continue
    "$tables-save" 2>/dev/null |
      grep -vE "CNI-|name: \"$network\"|KUBE-(FIREWALL|KUBELET-CANARY|IPTABLES-HINT)" |
      "$tables-restore" 2>/dev/null
  done
  [ ! -f "$dir/config/sysctl.before" ] || sysctl -q -p "$dir/config/sysctl.before"
  rm -f "$dir/config/sysctl.before"
}

remove_cgroups() {
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null
}

owner=$(cat "$runtime_dir/owner" 2>/dev/null)
if [ "$owner" = "$dir" ]; then
  stop node-agent kubelet kube-proxy
  stop_containers
  stop containerd
  stop_shims
  unmount_all
  remove_network_namespaces
  remove_network
  remove_cgroups
fi
stop kube-scheduler kube-controller-manager kube-apiserver etcd
if [ "$owner" = "$dir" ]; then
  rm -rf "$runtime_dir"
fi
if [ "${2:-}" = --purge ]; then
  # never through a mount that could not be removed
  ! grep -q " $dir/" /proc/mounts || fail "something is still mounted below $dir"
  rm -rf "$dir"
fi
