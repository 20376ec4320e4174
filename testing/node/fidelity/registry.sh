# The registry, from the runner's Docker and by the name that is persisted in image names, and its UI.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- registry"
lend_tools api
registry=$(host registry):6000
registry_user=$(secret registry-credentials username)
registry_password=$(secret registry-credentials password)
image=$registry/daytona/fidelity:v1
docker() { in_runner env DOCKER_CONFIG=/tmp/fidelity docker "$@" </dev/null; }
log_in() { in_runner env DOCKER_CONFIG=/tmp/fidelity docker login -u "$registry_user" --password-stdin "$registry" 2>&1; }
registry_http() { # as the API, with the login from standard input
  # shellcheck disable=SC2046
  k exec -i $(in_tools api) -- curl -sS -m 30 -K - "$@" <<<"user = \"$registry_user:$registry_password\""
}
equal "anonymous requests are refused" 401 \
  "$(from api curl -s -o /dev/null -w '%{http_code}' "http://$registry/v2/_catalog")"
docker tag "$(variable api DEFAULT_SNAPSHOT)" "$image"
docker logout "$registry" >/dev/null
check "  and anonymous pushes" says "no basic auth credentials" docker push "$image"
check "another password" says "401 Unauthorized" log_in <<<wrong
check "the generated password" says "Login Succeeded" log_in <<<"$registry_password"
check "push from the runner" docker push "$image"
docker rmi "$image" >/dev/null
check "pull" docker pull "$image"
docker rmi "$image" >/dev/null

echo "--- registry UI"
forward registry-ui 35010 8080
check "its page" says "<title>" request http://localhost:35010/
check "it lists the pushed image" says daytona/fidelity request http://localhost:35010/v2/_catalog
end_forwards

echo "--- registry, removal"
digest=$(registry_http -I -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
  "http://$registry/v2/daytona/fidelity/manifests/v1" | tr -d '\r' | awk 'tolower($1) == "docker-content-digest:" { print $2 }')
equal "delete" 202 "$(registry_http -o /dev/null -w '%{http_code}' -X DELETE "http://$registry/v2/daytona/fidelity/manifests/$digest")"
check "  then it is gone" says "not found" docker pull "$image"
in_runner rm -rf /tmp/fidelity </dev/null
