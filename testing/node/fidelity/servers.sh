# Which programs answer behind the images: each in its own words, or by what it was built from. A
# server that is missing, or a stand-in in its place, has no such answer.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- servers"
# server NAME COMMAND...: tells the first number with a point that the command prints
server() {
  local name=$1 version
  shift
  version=$("$@" 2>&1 | grep -oE -m 1 '[0-9]+(\.[0-9]+)+[^ ,)]*' | head -n 1)
  if [ -n "$version" ]; then ok "$name $version"; else not_ok "$name does not tell its version"; fi
}
in_container() { k exec "$(pod "$1")" -- "${@:2}" </dev/null; }
# built_from COMPONENT MODULE: the version of the Go module in the program that runs
built_from() {
  go version -m "/proc/$(container_process "$(pod "$1")")/exe" |
    awk -v module="$2" '($1 == "mod" || $1 == "dep") && $2 == module { print $3 }'
}
server PostgreSQL in_container database postgres --version
server Redis in_container cache redis-server --version
server "Docker registry" in_container registry registry --version
server "nginx (registry UI)" in_container registry-ui nginx -v
server dockerd in_container runner dockerd --version
server MailDev in_container maildev node -p 'require("./package.json").version'
server pgAdmin in_container pgadmin /venv/bin/python3 -c \
  'import sys; sys.path.insert(0, "/pgadmin4"); import version; print(version.APP_RELEASE, version.APP_REVISION, sep=".")'
server Dex built_from dex github.com/dexidp/dex
server MinIO built_from object-storage github.com/minio/minio
server "OpenTelemetry collector" built_from otel-collector go.opentelemetry.io/collector/otelcol
server Jaeger built_from jaeger github.com/jaegertracing/jaeger
server OpenSSH ssh -V
