# Builds programs from Go modules into a cache folder. Sourced; the sourcing script sets $dir first.
# shellcheck shell=bash
# shellcheck disable=SC2154

# cache_folder NAME FILE...: a folder for what depends on these files alone
cache_folder() {
  local name=$1
  shift
  echo "${DAYTONA_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/daytona-operator}/$name-$(
    cat "$@" | sha256sum | cut -c1-12
  )"
}

# built PROGRAM...: whether all of them are there
built() {
  local program
  for program in "$@"; do
    [ -f "$dir/bin/$program" ] && [ -x "$dir/bin/$program" ] || return 1
  done
}

# begin: from here on this process alone builds; a second one waits and finds everything built
begin() {
  command -v go >/dev/null || {
    echo "Go 1.25 or newer is needed to build the test cluster; install it and put 'go' on the PATH." >&2
    exit 1
  }
  mkdir -p "$dir/bin"
  exec 9>"$dir/lock"
  flock 9
  export CGO_ENABLED=0 GOFLAGS=-mod=mod GOWORK=off
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
}

# module NAME MODULE VERSION: goes to a module of its own for each program, so that their
# dependencies cannot influence each other
module() {
  mkdir -p "$work/$1" "$work/out"
  cd "$work/$1"
  printf 'module daytona-operator.dev/testing/%s\n\ngo 1.25.0\n\nrequire %s %s\n' "$1" "$2" "$3" >go.mod
}

# source_dir MODULE@VERSION: where its source is, after download
source_dir() {
  go mod download -json "$1" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",\{0,1\}$/\1/p'
}

# kubernetes_module: Kubernetes requires its staging modules as v0.0.0 and replaces them by folders
# of its own repository; outside of it each must be replaced by the release of the same number
kubernetes_module() {
  local staging=${KUBERNETES_VERSION/v1./v0.} source name
  module kubernetes k8s.io/kubernetes "$KUBERNETES_VERSION"
  source=$(source_dir "k8s.io/kubernetes@$KUBERNETES_VERSION")
  sed -n 's/^[[:space:]]*\(k8s\.io\/[a-z0-9-]*\) v0\.0\.0$/\1/p' "$source/go.mod" | sort -u |
    while read -r name; do echo "replace $name => $name $staging"; done >>go.mod
}

# build_kubernetes PROGRAM: in the Kubernetes module
build_kubernetes() {
  local minor=${KUBERNETES_VERSION#v1.} version=k8s.io/component-base/version
  build "$1" "k8s.io/kubernetes/cmd/$1" \
    "-X $version.gitVersion=$KUBERNETES_VERSION -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"
}

# build PROGRAM PACKAGE [LINKER FLAGS]: in the module at hand
build() {
  local program=$1 package=$2 flags=${3:-} start=$SECONDS
  built "$program" && return
  echo "building $program (once; cached in $dir)" >&2
  go build -trimpath -ldflags "-s -w $flags" -o "$work/out/$program" "$package" 2>"$work/log" || {
    cat "$work/log" >&2
    echo "building $program failed" >&2
    exit 1
  }
  mv "$work/out/$program" "$dir/bin/$program"
  echo "built $program in $((SECONDS - start)) s" >&2
}
