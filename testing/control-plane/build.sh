#!/usr/bin/env bash
# Builds the control plane's programs from Go modules into a cache folder keyed by their versions.
# What exists is kept. Prints the folder's path on stdout, progress on stderr.
#   build.sh               build what is missing
#   build.sh --print-dir   only print the folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.env
source "$here/versions.env"
# shellcheck source=go-programs.sh
source "$here/go-programs.sh"

dir=$(cache_folder control-plane "$here/versions.env")
if [ "${1:-}" = --print-dir ]; then
  echo "$dir"
  exit 0
fi
complete() {
  built etcd kube-apiserver kubectl kube-controller-manager kube-scheduler kwok helm &&
    [ -f "$dir/stages/pod-ready.yaml" ]
}
if complete; then
  echo "$dir"
  exit 0
fi
begin

module etcd go.etcd.io/etcd/server/v3 "$ETCD_VERSION"
build etcd go.etcd.io/etcd/server/v3

kubernetes_module
for program in kube-apiserver kubectl kube-controller-manager kube-scheduler; do
  build_kubernetes "$program"
done

module kwok sigs.k8s.io/kwok "$KWOK_VERSION"
build kwok sigs.k8s.io/kwok/cmd/kwok
kwok=$(source_dir "sigs.k8s.io/kwok@$KWOK_VERSION")
mkdir -p "$dir/stages"
for stages in node/fast node/heartbeat-with-lease pod/fast volume/fast; do
  for file in "$kwok/kustomize/stage/$stages"/*.yaml; do
    [ "$(basename "$file")" = kustomization.yaml ] || install -m 644 "$file" "$dir/stages/"
  done
done

module helm helm.sh/helm/v4 "$HELM_VERSION"
helm_minor=${KUBERNETES_VERSION%.*}
build helm helm.sh/helm/v4/cmd/helm "-X helm.sh/helm/v4/internal/version.version=$HELM_VERSION -X helm.sh/helm/v4/pkg/chart/common.k8sVersionMinor=${helm_minor#v1.}"

echo "$dir"
