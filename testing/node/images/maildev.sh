# MailDev from npm, on Debian's Node.js.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_maildev() {
  local package=$1
  debian_packages nodejs
  user node 1000 /home/node
  mkdir -p "$root/home/node"
  cp -a "$package/." "$root/home/node/"
  cp -a "$(dirname "$package")" "$root/home/node/node_modules"
  rm -rf "$root/home/node/node_modules/maildev"
  in_root chown -R node:node /home/node
}
maildev_package=$(npm_package maildev "$MAILDEV_VERSION")
layer maildev debian install_maildev "$maildev_package"
image maildev "$(catalogued maildev/maildev)" '{
  "Entrypoint": ["bin/maildev"], "WorkingDir": "/home/node", "User": "node",
  "Env": ["NODE_ENV=production", "MAILDEV_WEB_PORT=1080", "MAILDEV_SMTP_PORT=1025"],
  "ExposedPorts": {"1080/tcp": {}, "1025/tcp": {}}}'
