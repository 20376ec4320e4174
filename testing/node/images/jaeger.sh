# Jaeger from its Go module, in whose sources the pages of its user interface are not.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_jaeger() {
  file "$(program jaeger)" /go/bin/all-in-one-linux
  mkdir -m 1777 "$root/tmp"
}
layer jaeger scratch install_jaeger "$(program jaeger)"
image jaeger "$(catalogued jaegertracing/all-in-one)" '{
  "Entrypoint": ["/go/bin/all-in-one-linux"], "User": "10001", "Volumes": {"/tmp": {}},
  "ExposedPorts": {"4317/tcp": {}, "4318/tcp": {}, "14269/tcp": {}, "16686/tcp": {}}}'
