#!/usr/bin/env bash
# As the official docker:dind starts without a command, or with options alone: dockerd on its socket
# and on TCP, with TLS unless DOCKER_TLS_CERTDIR is empty.
set -eu

# certificate NAME SUBJECT EXTENSIONS: signed by the CA, with a copy of that beside it
certificate() {
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1/key.pem" -out "$1/csr.pem"
  printf '%s\n' "$3" >"$1/extensions"
  openssl x509 -req -days 825 -in "$1/csr.pem" -CA ca/cert.pem -CAkey ca/key.pem -CAcreateserial \
    -extfile "$1/extensions" -out "$1/cert.pem"
  cp ca/cert.pem "$1/ca.pem"
}

make_certificates() {
  local names address
  names="DNS:$(hostname),DNS:docker,DNS:localhost,IP:127.0.0.1,IP:::1"
  for address in $(hostname -i 2>/dev/null); do names="$names,IP:$address"; done
  mkdir -p "$DOCKER_TLS_CERTDIR"/{ca,server,client}
  cd "$DOCKER_TLS_CERTDIR"
  [ ! -f client/cert.pem ] || return 0
  openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj '/CN=docker:dind CA' \
    -keyout ca/key.pem -out ca/cert.pem
  certificate server '/CN=docker:dind server' \
    "subjectAltName=$names${DOCKER_TLS_SAN:+,$DOCKER_TLS_SAN}"
  certificate client '/CN=docker:dind client' extendedKeyUsage=clientAuth
}

# A cgroup that passes controllers on may hold no process itself.
nest_cgroups() {
  [ -f /sys/fs/cgroup/cgroup.controllers ] || return 0
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs || :
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers \
    >/sys/fs/cgroup/cgroup.subtree_control
}

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then
  options=(--host=unix:///var/run/docker.sock)
  if [ -n "${DOCKER_TLS_CERTDIR:-}" ]; then
    (make_certificates) >/dev/null 2>&1
    options+=(--host=tcp://0.0.0.0:2376 --tlsverify
      --tlscacert "$DOCKER_TLS_CERTDIR/server/ca.pem"
      --tlscert "$DOCKER_TLS_CERTDIR/server/cert.pem"
      --tlskey "$DOCKER_TLS_CERTDIR/server/key.pem")
  else
    # unless TLS is said to be off, dockerd waits 15 s before it opens the port
    options+=(--host=tcp://0.0.0.0:2375 --tls=false)
  fi
  set -- dockerd "${options[@]}" "$@"
fi
if [ "$1" = dockerd ]; then
  find /run /var/run \( -iname 'docker*.pid' -o -iname 'container*.pid' \) -delete 2>/dev/null || :
  if [ -d /sys/kernel/security ] && ! mountpoint -q /sys/kernel/security; then
    mount -t securityfs none /sys/kernel/security 2>/dev/null || :
  fi
  nest_cgroups
  set -- docker-init -- "$@"
fi
exec "$@"
