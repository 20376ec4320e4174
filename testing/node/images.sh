#!/usr/bin/env bash
# Builds the images of the real node, under the names that the operator renders, and puts them into
# the node. Layers are cached by what they are made of. No registry is involved: programs come as
# Debian packages, Go modules, npm and Python packages; docs/testing-images.md lists them.
#   images.sh build [NAME...]      builds what is missing; NAME is a file of images/ without .sh
#   images.sh load DIR [NAME...]   builds, and imports into the node of up.sh DIR what it lacks
#   images.sh archive NAME...      writes a "docker load" archive to stdout
#   images.sh list [NAME...]       prints the images' references
set -euo pipefail
command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  load)
    dir=$(cd "${1:?usage: images.sh load DIR [NAME...]}" && pwd)
    shift
    ;;
  build | archive | list) dir=/nonexistent ;;
  *)
    sed -n '5,8s/^#   //p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=versions.env
source "$node/versions.env"
# shellcheck source=images/lib.sh
source "$node/images/lib.sh"

# Daytona's own four need the stand-in, so they come last, and only when they can be built.
if [ $# -eq 0 ]; then
  set -- system busybox tools postgres redis registry registry-ui dex minio mc otel-collector \
    jaeger maildev pgadmin dind
  [ ! -f "$node/../stand-in/build.sh" ] || set -- "$@" daytona
fi
for name in "$@"; do define "$name"; done

case $command in
  list) jq -r '.references[]' "${images[@]}" ;;
  archive) python3 "$node/images/archive.py" "${images[@]}" ;;
  load)
    mkdir -p "$dir/images"
    missing=()
    for image in "${images[@]}"; do
      [ -f "$dir/images/$(basename "$image")" ] || missing+=("$image")
    done
    [ ${#missing[@]} -gt 0 ] || exit 0
    # one archive for all: the layers that they share are in it once
    python3 "$node/images/archive.py" "${missing[@]}" |
      ctr images import --snapshotter overlayfs - >"$dir/log/images.log" ||
      fail "importing images failed; see $dir/log/images.log"
    for image in "${missing[@]}"; do touch "$dir/images/$(basename "$image")"; done
    ;;
esac
