# MinIO's client from its Go module. Beside it the image has a shell and nothing else: what the
# bucket Job may use.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_mc() {
  file /bin/busybox /bin/sh
  file "$(program mc)" /usr/bin/mc
  mkdir -p "$root/etc"
  mkdir -m 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
}
packages busybox-static
layer mc scratch install_mc "$(program mc)" /bin/busybox
image mc "$(catalogued minio/mc)" '{"Entrypoint": ["mc"]}'
