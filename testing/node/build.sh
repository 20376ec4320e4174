#!/usr/bin/env bash
# Builds programs of the real node and of its images into a cache folder keyed by their versions.
# What exists is kept. Prints the folder's path on stdout, progress on stderr.
#   build.sh [PROGRAM...]   build what is missing of these, without a name of all
#   build.sh --print-dir    only print the folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
control_plane=$(cd "$here/../control-plane" && pwd)
# shellcheck source=../control-plane/versions.env
source "$control_plane/versions.env"
# shellcheck source=versions.env
source "$here/versions.env"
# shellcheck source=../control-plane/go-programs.sh
source "$control_plane/go-programs.sh"

dir=$(cache_folder node "$control_plane/versions.env" "$here/versions.env" "$here"/programs/*/*)
if [ "${1:-}" = --print-dir ]; then
  echo "$dir"
  exit 0
fi
[ $# -gt 0 ] || set -- kubelet kube-proxy pause runc-lenient node-agent coredns dockerd docker-proxy \
  docker dex minio mc jaeger otel-collector

# own_program NAME: of this repository
own_program() {
  mkdir -p "$work/$1" "$work/out"
  cp "$here/programs/$1"/* "$work/$1/"
  cd "$work/$1"
  [ -f go.mod ] || printf 'module daytona-operator.dev/testing/%s\n\ngo 1.25.0\n' "$1" >go.mod
}

# docker_module NAME MODULE@VERSION: a copy of the module itself, because Docker has no go.mod but
# keeps its requirements in vendor.mod
docker_module() {
  mkdir -p "$work/out"
  cp -r "$(source_dir "$2")" "$work/$1"
  chmod -R u+w "$work/$1"
  cd "$work/$1"
  rm -rf vendor
  mv vendor.mod go.mod
  mv vendor.sum go.sum
}

build_docker() {
  local version=${DOCKER_VERSION%+*}
  version=${version#v}
  case $1 in
    docker)
      docker_module docker-cli "github.com/docker/cli@$DOCKER_VERSION"
      build docker ./cmd/docker "-X github.com/docker/cli/cli/version.Version=$version"
      ;;
    *)
      docker_module docker-engine "github.com/docker/docker@$DOCKER_VERSION"
      build dockerd ./cmd/dockerd "-X github.com/docker/docker/dockerversion.Version=$version"
      build docker-proxy ./cmd/docker-proxy
      ;;
  esac
}

# build_static PROGRAM PACKAGE: with C in it (SQLite), and yet without a library to load
build_static() {
  local flags=$GOFLAGS
  export CGO_ENABLED=1 GOFLAGS="-mod=mod -tags=osusergo,netgo,sqlite_omit_load_extension"
  build "$1" "$2" "-linkmode external -extldflags -static"
  export CGO_ENABLED=0 GOFLAGS=$flags
}

build_program() {
  case $1 in
    kubelet | kube-proxy)
      kubernetes_module
      build_kubernetes "$1"
      ;;
    pause | runc-lenient | node-agent | coredns | otel-collector)
      own_program "$1"
      build "$1" .
      ;;
    dockerd | docker-proxy | docker) build_docker "$1" ;;
    dex)
      module dex github.com/dexidp/dex "$DEX_VERSION"
      build_static dex github.com/dexidp/dex/cmd/dex
      ;;
    minio)
      module minio github.com/minio/minio "$MINIO_VERSION"
      build minio github.com/minio/minio
      ;;
    mc)
      module mc github.com/minio/mc "$MINIO_CLIENT_VERSION"
      build mc github.com/minio/mc
      ;;
    jaeger)
      module jaeger github.com/jaegertracing/jaeger "$JAEGER_VERSION"
      build jaeger github.com/jaegertracing/jaeger/cmd/all-in-one
      ;;
    *)
      echo "build.sh: no such program: $1" >&2
      exit 1
      ;;
  esac
}

if ! built "$@"; then
  begin
  renice -n 10 $$ >/dev/null
fi
for program in "$@"; do
  built "$program" || build_program "$program"
done
echo "$dir"
