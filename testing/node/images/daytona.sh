# Daytona's own four, which cannot be had as packages: the program of testing/stand-in takes their
# place. It goes by the name that it is started by.
# shellcheck shell=bash
# shellcheck disable=SC2154
daytona_versions=$(tr -d '\n' <"$catalogue" | grep -o 'new Release( *"[^"]*"' | grep -o 'v[0-9.]*')
[ -n "$daytona_versions" ] || fail "the operator's image catalogue has no versions of Daytona"

# daytona REPOSITORY: the references of all versions
daytona() {
  local version references=()
  for version in $daytona_versions; do references+=("daytonaio/$1:$version"); done
  echo "${references[*]}"
}

stand_in=$("$node/../stand-in/build.sh")/bin/daytona-stand-in

# stand_in_as NAME...: in the image's path
stand_in_as() {
  local name
  file "$stand_in" /usr/local/bin/daytona-stand-in
  for name in "$@"; do ln -s daytona-stand-in "$root/usr/local/bin/$name"; done
}

install_daytona_api() {
  stand_in_as node yarn
  mkdir -p "$root/daytona/dist/apps/api" "$root/daytona/dist/apps/dashboard/assets" \
    "$root/daytona/.yarn/cache"
  echo '// the program is /usr/local/bin/node' >"$root/daytona/dist/apps/api/main.js"
  echo '<!doctype html><title>Daytona</title><script src="/dashboard/assets/index.js"></script>' \
    >"$root/daytona/dist/apps/dashboard/index.html"
  # what the API replaces at its start by DASHBOARD_BASE_API_URL
  echo 'window.apiUrl = "%DAYTONA_BASE_API_URL%/api"' \
    >"$root/daytona/dist/apps/dashboard/assets/index.js"
  echo '{"name": "daytona", "private": true}' >"$root/daytona/package.json"
}
define busybox
layer daytona-api busybox install_daytona_api "$stand_in" "$(declare -f stand_in_as)"
image daytona-api "$(daytona daytona-api)" '{
  "Entrypoint": ["node", "dist/apps/api/main.js"], "WorkingDir": "/daytona"}'

install_daytona_proxy() { stand_in_as daytona-proxy; }
layer daytona-proxy busybox install_daytona_proxy "$stand_in" "$(declare -f stand_in_as)"
image daytona-proxy "$(daytona daytona-proxy)" \
  '{"Entrypoint": ["daytona-proxy"], "WorkingDir": "/usr/local/bin"}'

install_daytona_ssh_gateway() { stand_in_as daytona-ssh-gateway; }
layer daytona-ssh-gateway busybox install_daytona_ssh_gateway "$stand_in" \
  "$(declare -f stand_in_as)"
image daytona-ssh-gateway "$(daytona daytona-ssh-gateway)" \
  '{"Entrypoint": ["daytona-ssh-gateway"], "WorkingDir": "/usr/local/bin"}'

install_daytona_runner() {
  stand_in_as
  file "$node/images/daytona-runner.sh" /usr/local/bin/daytona-runner
  mkdir -p "$root/usr/local/share/images"
  python3 "$node/images/archive.py" "$sandbox_image" >"$root/usr/local/share/images/sandbox.tar"
}
define dind
layer daytona-runner dind install_daytona_runner "$stand_in" "$(declare -f stand_in_as)" \
  "$node/images/daytona-runner.sh" "$sandbox_image"
image daytona-runner "$(daytona daytona-runner)" '{
  "Entrypoint": ["sh", "-c", "dockerd-entrypoint.sh & daytona-runner"],
  "WorkingDir": "/usr/local/bin", "Env": ["DOCKER_TLS_CERTDIR=/certs"],
  "Volumes": {"/var/lib/docker": {}},
  "ExposedPorts": {"2375/tcp": {}, "2376/tcp": {}, "3003/tcp": {}}}'
