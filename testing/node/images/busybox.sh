# BusyBox alone: the base of images that need no more than a shell, and what tests run inside of
# sandboxes.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
install_busybox() {
  local applet
  file /bin/busybox /bin/busybox
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  mkdir -p "$root/etc" "$root/root" "$root/usr/bin" "$root/var"
  mkdir -m 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\n' >"$root/etc/group"
}
packages busybox-static
layer busybox scratch install_busybox /bin/busybox
image busybox localhost/daytona-node/busybox:1 '{"Cmd": ["sh"]}'

# What sandboxes start from unless told otherwise. Its first process has to stay.
sandbox=$(sed -n 's/.*String SNAPSHOT = "\(.*\)";/\1/p' "$(dirname "$catalogue")/Defaults.java")
[ -n "$sandbox" ] || fail "the operator's defaults name no snapshot"
image busybox "$sandbox" '{"Entrypoint": ["sleep", "infinity"]}'
sandbox_image=${images[-1]}
