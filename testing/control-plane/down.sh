#!/usr/bin/env bash
# Stops what up.sh started.
#   down.sh DIR [--purge]    --purge also deletes all state
set -euo pipefail
control_plane=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$control_plane/lib.sh"
[ $# -ge 1 ] || fail "usage: down.sh DIR [--purge]"
[ -d "$1" ] || exit 0
dir=$(cd "$1" && pwd)
# clients first, etcd last
stop kwok kube-scheduler kube-controller-manager kube-apiserver etcd
if [ "${2:-}" = --purge ]; then
  rm -rf "$dir"
fi
