# Redis from Debian.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_redis() {
  user redis 999 /data
  debian_packages redis-server
  install -d -m 755 "$root/data"
  in_root chown redis:redis /data
  file "$node/images/redis-entrypoint.sh" /usr/local/bin/docker-entrypoint.sh
}
layer redis debian install_redis "$node/images/redis-entrypoint.sh"
image redis "$(catalogued redis)" '{
  "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["redis-server"], "WorkingDir": "/data",
  "Volumes": {"/data": {}}, "ExposedPorts": {"6379/tcp": {}}}'
