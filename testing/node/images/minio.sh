# MinIO from its Go module.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_minio() {
  file "$(program minio)" /usr/bin/minio
  cat >"$root/usr/bin/docker-entrypoint.sh" <<'SH'
#!/bin/sh
# arguments alone are minio's
if [ "${1}" != minio ] && [ -n "${1}" ]; then
  set -- minio "$@"
fi
exec "$@"
SH
  chmod 755 "$root/usr/bin/docker-entrypoint.sh"
  mkdir -p "$root/data"
}
define busybox
layer minio busybox install_minio "$(program minio)"
image minio "$(catalogued minio/minio)" '{
  "Entrypoint": ["/usr/bin/docker-entrypoint.sh"], "Cmd": ["minio"],
  "Env": ["MINIO_ACCESS_KEY_FILE=access_key", "MINIO_SECRET_KEY_FILE=secret_key",
          "MINIO_ROOT_USER_FILE=access_key", "MINIO_ROOT_PASSWORD_FILE=secret_key",
          "MINIO_KMS_SECRET_KEY_FILE=kms_master_key", "MINIO_UPDATE_MINISIGN_PUBKEY=",
          "MINIO_CONFIG_ENV_FILE=config.env", "MC_CONFIG_DIR=/tmp/.mc"],
  "Volumes": {"/data": {}}, "ExposedPorts": {"9000/tcp": {}}}'
