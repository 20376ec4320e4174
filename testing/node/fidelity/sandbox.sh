# The runner and a sandbox from end to end: snapshot, nested container, toolbox, preview.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- runner"
docker() { in_runner docker "$@" </dev/null; }
forward api 35000 3000
forward proxy 35001 4000
api=http://localhost:35000/api
check "Daytona finds its runner ready" soon 60 runner_is_ready
claim=$(k get pod "$(pod runner)" -o 'jsonpath={.spec.volumes[?(@.name=="data")].persistentVolumeClaim.claimName}')
volume=$dir/volumes/$(k get pvc "$claim" -o 'jsonpath={.spec.volumeName}')
on_the_claim() { # what dockerd writes is found there, and not only what an earlier one wrote
  local mark=fidelity-$RANDOM
  docker volume create "$mark" && test -d "$volume/volumes/$mark"
  local code=$?
  docker volume rm "$mark"
  return $code
}
check "dockerd has its data on the claim $claim" on_the_claim
check "Docker $(docker info --format '{{.ServerVersion}}, {{.Driver}}, cgroup v{{.CgroupVersion}}')" \
  says overlay docker info --format '{{.Driver}}'
equal "the sandboxes' network has the configured subnet" 172.20.0.0/16 \
  "$(docker network inspect runner-bridge --format '{{(index .IPAM.Config 0).Subnet}}')"
equal "  and sandboxes do not reach each other" false "$(docker network inspect runner-bridge \
  --format '{{index .Options "com.docker.network.bridge.enable_icc"}}')"

echo "--- snapshot and sandbox"
check "the default snapshot becomes active" soon 90 snapshot_is_active
check "  under the persisted name of the registry" says "$(host registry):6000/daytona/daytona-" \
  jq -r '.items[0].ref' <(admin "$api/snapshots")
id=$(admin -d '{"cpu":1,"memory":1,"env":{"GREETING":"hello"}}' "$api/sandbox" | jq -r '.id // .message')
equal "a sandbox starts" started "$(admin "$api/sandbox/$id" | jq -r .state)"
equal "  on that network" runner-bridge \
  "$(docker inspect --format '{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{end}}' "$id")"
inside() { docker exec "$id" "$@"; }
check "  it resolves the names of the cluster" says 10.97. inside nslookup "$(host registry)"
reaches() { inside timeout 5 nc "$1" "$2" >/dev/null; } # each of these servers ends what says nothing
check "  it reaches what runners reach" reaches "$(host registry)" 6000
check "  and not the database" refused reaches "$(host database)" 5432
check "  nor Redis" refused reaches "$(host cache)" 6379
check "  nor MailDev" refused reaches "$(host maildev)" 1025
pod_uid=$(k get pod "$(pod runner)" -o 'jsonpath={.metadata.uid}')
container=$(docker inspect --format '{{.Id}}' "$id")
in_cgroup() { grep -qs "pod$pod_uid/.*$container" /proc/[0-9]*/cgroup; }
check "  within the cgroup, and so the limits, of the runner's pod" in_cgroup
execute() { admin -d "{\"command\":\"$1\"}" "http://localhost:35001/toolbox/$id/process/execute"; }
# shellcheck disable=SC2016 # the sandbox expands it
equal "a command by the proxy" "hello $id" "$(execute 'echo $GREETING $(hostname)' | jq -r .result)"
docker exec -d "$id" sh -c 'mkdir -p /www && echo preview >/www/index.html && exec httpd -f -p 8080 -h /www'
preview() { [ "$(admin -H "Host: 8080-$id.proxy.localhost:35001" http://localhost:35001/)" = preview ]; }
check "a preview by its host name" soon 10 preview

# Nobody's browser: to the login, which knows the address that it is to come back to.
forward dex 35036 5556
login_page() {
  says "200 http://localhost:35006/dex/auth" request -L -b "$work/preview" -c "$work/preview" -o /dev/null \
    -w '%{http_code} %{url_effective}' --connect-to localhost:35006:localhost:35036 --connect-to ::localhost: \
    "http://8080-$id.proxy.localhost:35001/"
}
check "  and a login before it for a browser" login_page

admin -X DELETE "$api/sandbox/$id" >/dev/null
gone() { [ -z "$(docker ps -aq --filter "name=$id")" ]; }
check "the sandbox is destroyed" soon 30 gone
end_forwards
