#!/usr/bin/env bash
# Runs the whole platform of stand-ins with a real dockerd and a real registry: the runner's own start
# script, a snapshot pulled and pushed, a sandbox, its toolbox through the proxy, SSH through the
# gateway, health, SIGTERM. Takes about two minutes.
# Everything lives in namespaces of its own: nothing of the machine's is touched, and nothing is left.
# Needs root, overlayfs and iptables.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=check/lib.sh
source "$here/check/lib.sh"
[ "$(id -u)" = 0 ] || { echo "check-runner.sh needs root" >&2; exit 1; }
if [ "${1:-}" != inside ]; then
  need postgres postgresql
  need psql postgresql-client
  need redis-server redis-server
  need dockerd docker.io
  need docker docker.io
  need docker-registry docker-registry
  need iptables iptables
  need ssh-keygen openssh-client
  need curl curl
  need jq jq
  bin=$("$here/build.sh")/bin
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  (cd "$here" && CGO_ENABLED=0 go build -o "$work/helper" ./check/helper)
  mkdir "$work/bin"
  install -m 755 "$bin/daytona-stand-in" "$work/bin/"
  # Where root has no CAP_SYS_RESOURCE, the node's filter before runc makes privileged containers work.
  lenient=${RUNC_LENIENT:-$here/../node/programs/runc-lenient}/main.go
  [ ! -f "$lenient" ] || CGO_ENABLED=0 go build -o "$work/bin/runc" "$lenient"
  export work
  unshare --net --mount --pid --fork --mount-proc --kill-child "$0" inside
  exit
fi

# shellcheck disable=SC2154 # from the outer half
for name in node yarn daytona-proxy daytona-ssh-gateway daytona-runner; do
  ln -s daytona-stand-in "$work/bin/$name"
done
PATH=$work/bin:$PATH
ip link set lo up
mkdir "$work/docker"
mount -t tmpfs tmpfs /run
for directory in /usr/local/bin /etc /var/lib; do writable_copy $directory; done
mkdir -p /var/lib/docker
mount --bind "$work/docker" /var/lib/docker

# shellcheck source=check/platform.sh
source "$here/check/platform.sh"
# shellcheck source=check/runner.sh
source "$here/check/runner.sh"
finish
