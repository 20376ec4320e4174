# dockerd in a container: Docker from its Go modules, containerd and runc from Debian.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_dind() {
  debian_packages containerd runc iptables iproute2 procps kmod xz-utils e2fsprogs openssl git
  local program
  for program in dockerd docker-proxy docker; do
    file "$(program $program)" /usr/local/bin/$program
  done
  ln -s /usr/bin/tini "$root/usr/local/bin/docker-init"
  file "$node/images/dind-entrypoint.sh" /usr/local/bin/dockerd-entrypoint.sh
  # Found first. Where root has all capabilities it changes nothing.
  file "$(program runc-lenient)" /usr/local/sbin/runc
}
layer dind debian install_dind "$node/images/dind-entrypoint.sh" "$(program dockerd)" \
  "$(program docker-proxy)" "$(program docker)" "$(program runc-lenient)"
image dind localhost/daytona-node/dind:1 '{
  "Entrypoint": ["dockerd-entrypoint.sh"], "Env": ["DOCKER_TLS_CERTDIR=/certs"],
  "Volumes": {"/var/lib/docker": {}}, "ExposedPorts": {"2375/tcp": {}, "2376/tcp": {}}}'
