#!/usr/bin/env bash
# Builds the control plane's programs from Go modules into a cache folder keyed by their versions.
# What exists is kept. Prints the folder's path on stdout, progress on stderr.
#   build.sh               build what is missing
#   build.sh --print-dir   only print the folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.env
source "$here/versions.env"

cache_root=${DAYTONA_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/daytona-operator}
key=$(sha256sum "$here/versions.env" | cut -c1-12)
dir=$cache_root/control-plane-$key
if [ "${1:-}" = --print-dir ]; then
  echo "$dir"
  exit 0
fi

programs=(etcd kube-apiserver kubectl kube-controller-manager kube-scheduler kwok helm)
complete() {
  local program
  for program in "${programs[@]}"; do
    [ -f "$dir/bin/$program" ] && [ -x "$dir/bin/$program" ] || return 1
  done
  [ -f "$dir/stages/pod-ready.yaml" ]
}
if complete; then
  echo "$dir"
  exit 0
fi

command -v go >/dev/null || {
  echo "Go 1.25 or newer is needed to build the control plane; install it and put 'go' on the PATH." >&2
  exit 1
}
mkdir -p "$dir/bin" "$dir/stages"
exec 9>"$dir/lock"
flock 9 # a second caller waits and finds everything built
export CGO_ENABLED=0 GOFLAGS=-mod=mod
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

# module DIR MODULE VERSION: a module of its own for each program, so that their dependencies
# cannot influence each other.
module() {
  mkdir -p "$work/$1" "$work/out"
  cd "$work/$1"
  printf 'module daytona-operator.dev/testing/%s\n\ngo 1.25.0\n\nrequire %s %s\n' "$1" "$2" "$3" >go.mod
}

# source_dir MODULE@VERSION: where its source is, after download
source_dir() {
  go mod download -json "$1" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",\{0,1\}$/\1/p'
}

# build PROGRAM PACKAGE [LINKER FLAGS]
build() {
  local program=$1 package=$2 flags=${3:-}
  [ -f "$dir/bin/$program" ] && return
  local start=$SECONDS
  echo "building $program (once; cached in $dir)" >&2
  go build -trimpath -ldflags "-s -w $flags" -o "$work/out/$program" "$package" 2>"$work/log" || {
    cat "$work/log" >&2
    echo "building $program failed" >&2
    exit 1
  }
  mv "$work/out/$program" "$dir/bin/$program"
  echo "built $program in $((SECONDS - start)) s" >&2
}

module etcd go.etcd.io/etcd/server/v3 "$ETCD_VERSION"
build etcd go.etcd.io/etcd/server/v3

module kubernetes k8s.io/kubernetes "$KUBERNETES_VERSION"
# Kubernetes requires its staging modules as v0.0.0 and replaces them by folders of its own
# repository; outside of it each must be replaced by the release of the same number.
staging=${KUBERNETES_VERSION/v1./v0.}
kubernetes=$(source_dir "k8s.io/kubernetes@$KUBERNETES_VERSION")
sed -n 's/^[[:space:]]*\(k8s\.io\/[a-z0-9-]*\) v0\.0\.0$/\1/p' "$kubernetes/go.mod" | sort -u |
  while read -r module; do echo "replace $module => $module $staging"; done >>go.mod
minor=${KUBERNETES_VERSION#v1.}
version=k8s.io/component-base/version
flags="-X $version.gitVersion=$KUBERNETES_VERSION -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"
for program in kube-apiserver kubectl kube-controller-manager kube-scheduler; do
  build "$program" "k8s.io/kubernetes/cmd/$program" "$flags"
done

module kwok sigs.k8s.io/kwok "$KWOK_VERSION"
build kwok sigs.k8s.io/kwok/cmd/kwok
kwok=$(source_dir "sigs.k8s.io/kwok@$KWOK_VERSION")
for stages in node/fast node/heartbeat-with-lease pod/fast volume/fast; do
  for file in "$kwok/kustomize/stage/$stages"/*.yaml; do
    [ "$(basename "$file")" = kustomization.yaml ] || install -m 644 "$file" "$dir/stages/"
  done
done

module helm helm.sh/helm/v4 "$HELM_VERSION"
helm_minor=${KUBERNETES_VERSION%.*}
build helm helm.sh/helm/v4/cmd/helm "-X helm.sh/helm/v4/internal/version.version=$HELM_VERSION -X helm.sh/helm/v4/pkg/chart/common.k8sVersionMinor=${helm_minor#v1.}"

echo "$dir"
