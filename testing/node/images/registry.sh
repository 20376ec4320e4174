# Docker's registry ("distribution") from Debian.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_registry() {
  debian_packages docker-registry
  ln -sf /usr/bin/docker-registry "$root/bin/registry"
  mkdir -p "$root/var/lib/registry" "$root/etc/docker/registry"
  cat >"$root/etc/docker/registry/config.yml" <<'YAML'
version: 0.1
log: {fields: {service: registry}}
storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: /var/lib/registry}}
http: {addr: ":5000", headers: {X-Content-Type-Options: [nosniff]}}
health: {storagedriver: {enabled: true, interval: 10s, threshold: 3}}
YAML
  cat >"$root/entrypoint.sh" <<'SH'
#!/bin/sh
set -e
case "$1" in
  *.yaml | *.yml) set -- registry serve "$@" ;;
  serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
SH
  chmod 755 "$root/entrypoint.sh"
}
layer registry debian install_registry
image registry "$(catalogued registry)" '{
  "Entrypoint": ["/entrypoint.sh"], "Cmd": ["/etc/docker/registry/config.yml"],
  "Volumes": {"/var/lib/registry": {}}, "ExposedPorts": {"5000/tcp": {}}}'
