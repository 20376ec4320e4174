# Clients for pods of tests: SSH, PostgreSQL, Redis, HTTP, DNS, TCP, SMTP by curl.
# shellcheck shell=bash
install_tools() {
  debian_packages openssh-client postgresql-client redis-tools curl bind9-dnsutils \
    netcat-openbsd iproute2 procps jq openssl
}
layer tools debian install_tools
image tools localhost/daytona-node/tools:1 '{"Cmd": ["sleep", "infinity"]}'
