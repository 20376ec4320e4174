# The mutations: what is broken, where, how, and what notices it. Sourced by mutations.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154

echo "--- containers and pods"
mutation "probe port of the SSH gateway" ssh-gateway "$gateway" \
  '.spec.template.spec.containers[0] |= (.startupProbe.tcpSocket.port = 2223 | .readinessProbe.tcpSocket.port = 2223)' \
  unready ssh-gateway
mutation "user of PostgreSQL" database "$database" '.spec.template.spec.securityContext.runAsUser = 1000' unready database
mutation "volume of PostgreSQL's socket is missing" database "$database" "$(without_mount /var/run/postgresql)" unready database
mutation "PostgreSQL's data in the root of its volume" database "$database" \
  "$(env_of PGDATA '.value = "/var/lib/postgresql"') | $(on_claim mutation-database)" unready database
mutation "group of Dex's volume" dex statefulset/"$installation"-dex \
  "del(.spec.template.spec.securityContext.fsGroup) | $(on_claim mutation-dex)" unready dex
mutation "writable root of the registry" registry statefulset/"$installation"-registry \
  '.spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem = false' \
  fails security "registry: user 1000, without privileges"
mutation "user of the collector" otel-collector deployment/"$installation"-otel-collector \
  '.spec.template.spec.securityContext.runAsUser = 10002' fails security "otel-collector: user 10001"
mutation "token of Kubernetes" maildev deployment/"$installation"-maildev \
  '.spec.template.spec.automountServiceAccountToken = true' fails security "no pod has a token of Kubernetes"

echo "--- stores"
mutation "Redis evicts" cache statefulset/"$installation"-cache \
  '.spec.template.spec.containers[0].command[2] |= sub("noeviction"; "allkeys-lru")' fails database "nothing is evicted"
mutation "address that the registry listens on" registry "$registry" \
  ".data[\"config.yml\"] |= sub(\"addr: :6000\"; \"addr: $installation-registry:6000\")" unready registry
mutation "password in the registry's htpasswd" registry statefulset/"$installation"-registry \
  '.spec.template.spec.volumes[] |= if .projected then .projected.sources = [{secret: {name: "mutation-htpasswd",
    items: [{key: "value", path: "htpasswd"}]}}] else . end' fails registry "the generated password"
mutation "registry that its page shows" registry-ui deployment/"$installation"-registry-ui \
  "$(env_of NGINX_PROXY_PASS_URL '.value |= sub(":6000"; ":5000")')" fails registry "it lists the pushed image"
mutation "mode of pgAdmin's password file" pgadmin deployment/"$installation"-pgadmin \
  '.spec.template.spec.initContainers[0].command[2] |= sub("umask 077"; "umask 022")' \
  fails tools "it connects by the password file"
# The policy is in force when a Job has run: nothing to put right but by another one.
policy() { # NAME FILTER CHECK
  local caught old='' component='' # as mutation sets them
  [[ $1 == *"$pattern"* ]] || return 0
  soon 300 all_ready >/dev/null
  bucket_job ".spec.template.spec.containers[0].env[] |= if .name == \"POLICY\" then .value |= $2 else . end" >/dev/null
  if fails objects "$3"; then ok "$1 <- $caught"; else not_ok "$1: $caught"; fi
  check "  put right by the Job" bucket_job .
}
policy "policy of the object storage's user is too wide" 'gsub("daytona-volume-"; "")' "  but makes no other"
policy "policy of the object storage's user is too narrow" 'gsub("daytona-volume-"; "volume-")' "  makes a volume's bucket"

echo "--- identity"
mutation "redirect URI of the proxy is missing" dex "$dex" \
  '.data["config.yaml"] |= (fromjson | .staticClients[0].redirectURIs -= ["http://proxy.localhost:35001/callback"] | tojson)' \
  fails login "the first user logs in with the generated password: http://proxy.localhost:35001/callback"
mutation "issuer ends with a slash" dex "$dex" '.data["config.yaml"] |= (fromjson | .issuer += "/" | tojson)' \
  fails login "the issuer is the public one, literally"
mutation "scheme of the proxy's own address" proxy "$proxy" "$(env_of PROXY_PROTOCOL '.value = "https"')" \
  fails sandbox "  and a login before it for a browser"

echo "--- API"
mutation "user of the database" api "$api" "$(env_of DB_USERNAME '.value = "postgres"')" unready api
mutation "password of Redis is missing" api "$api" \
  '.spec.template.spec.containers[0].env |= map(select(.name != "REDIS_PASSWORD"))' unready api
mutation "short name of the object storage" api "$api" \
  "$(env_of S3_ENDPOINT ".value = \"http://$installation-minio:9000\"")" unready api
mutation "database without migrations" api "$api" "$(env_of DB_DATABASE '.value = "mutation"')" unready api
mutation "port of the collector" api "$api" "$(env_of OTEL_EXPORTER_OTLP_ENDPOINT '.value |= sub(":4318"; ":4317")')" \
  fails tools "a trace sent to where the API sends its own"
mutation "port of MailDev" api "$api" "$(env_of SMTP_PORT '.value = "1080"')" fails tools "mail is taken from the API's pod"

echo "--- runner and SSH"
mutation "gateway's key in base64 once, not twice" ssh-gateway "$gateway" \
  "$(env_of SSH_PRIVATE_KEY "$(from_secret mutation-single)")" unready ssh-gateway
mutation "runner has the public key of another pair" runner "$runner" \
  "$(env_of SSH_PUBLIC_KEY "$(from_secret mutation-other-key)")" fails ssh "through the gateway, by a token"
mutation "runner's Docker takes the registry for one with TLS" runner "$runner_config" \
  '.data["daemon.json"] |= (fromjson | .["insecure-registries"] = [] | tojson)' fails registry "push from the runner"
mutation "Docker's data are not on the claim" runner "$runner" \
  '.spec.template.spec.volumes[] |= if .persistentVolumeClaim then del(.persistentVolumeClaim) | .emptyDir = {} else . end' \
  fails sandbox "dockerd has its data on the claim"

echo "--- network"
mutation "proxy may not reach the API" "" networkpolicy/"$installation"-proxy \
  '.spec.egress |= map(select(any(.ports[]; .port == 3000) | not))' fails network "from proxy: "
mutation "anybody may reach the database" "" networkpolicy/"$installation"-database 'del(.spec.ingress[].from)' \
  fails network "from a stranger in namespace $namespace"
mutation "MailDev may reach anything" "" networkpolicy/"$installation"-maildev '.spec.egress = [{}]' \
  fails network "from maildev: nothing"
