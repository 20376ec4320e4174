# Dex from its Go module, with SQLite.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_dex() {
  file "$(program dex)" /usr/local/bin/dex
  echo 'dex:x:1001:1001:dex:/:/bin/sh' >>"$root/etc/passwd"
  echo 'dex:x:1001:' >>"$root/etc/group"
  install -d -o 1001 -g 1001 "$root/var/dex" "$root/etc/dex"
}
define busybox
layer dex busybox install_dex "$(program dex)"
image dex "$(catalogued dexidp/dex)" \
  '{"Cmd": ["dex", "serve", "/etc/dex/config.docker.yaml"], "User": "1001:1001"}'
