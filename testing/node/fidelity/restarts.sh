# What outlives the end of pods: rows, keys, logins, images. After login.sh, whose token it uses.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- PostgreSQL, Redis and Dex after their pods were deleted"
lend_tools api
database_user=$(variable api DB_USERNAME)
database_password=$(secret database-credentials password)
redis_password=$(secret cache-credentials password)
sql() { with_secret "$database_password" PGPASSWORD api psql -h "$(host database)" -U "$database_user" -d daytona -Atqc "$1"; }
redis() { with_secret "$redis_password" REDISCLI_AUTH api redis-cli --no-auth-warning -h "$(host cache)" "$@"; }
sql "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS value" >/dev/null
redis SET kept 42 >/dev/null
declare -A restarting=()
for component in database cache dex; do
  restart $component &
  restarting[$component]=$!
done
for component in database cache dex; do
  if wait "${restarting[$component]}"; then ok "$component restarts on its volume"; else not_ok "$component restarts on its volume"; fi
done
# a moment passes until a Service knows the new pod
check "PostgreSQL's data, by the same password" soon 30 gives 42 sql 'SELECT value FROM kept'
check "Redis' data" soon 30 gives 42 redis GET kept
forward dex 35006 5556
refreshes() {
  jq -jr .refresh_token "$work/tokens" >"$work/refresh"
  request http://localhost:35006/dex/token -d grant_type=refresh_token -d client_id=daytona \
    --data-urlencode "refresh_token@$work/refresh" >"$work/refreshed"
  says access_token jq -r 'keys[]' "$work/refreshed"
}
check "Dex takes the refresh token from before" soon 30 refreshes
end_forwards

echo "--- the API's own traces"
# It tells of its start, and the first one may have been before the collector's.
check "the API restarts" restart api --now # it ignores SIGTERM
forward jaeger 35013 16686
check "Jaeger has them" soon 30 says '"daytona-api"' request http://localhost:35013/api/services
end_forwards

echo "--- the registry's garbage"
# Not while something is pushed.
collect() { k exec "$(pod registry)" -c registry -- registry garbage-collect /etc/daytona-registry/config.yml; }
check "it is collected" says "eligible for deletion" collect
lend_tools api
registry=http://$(host registry):6000/v2
registry_http() { # as the API, with the login from standard input
  # shellcheck disable=SC2046
  k exec -i $(in_tools api) -- curl -sS -m 30 -K - "$@" \
    <<<"user = \"$(secret registry-credentials username):$(secret registry-credentials password)\""
}
# every_layer REPOSITORY TAG: whether all that the image's manifest names is there
every_layer() {
  local digest digests
  digests=$(registry_http -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    "$registry/$1/manifests/$2" | jq -r '.config.digest, .layers[].digest') && [ -n "$digests" ] || return 1
  for digest in $digests; do
    gives 200 registry_http -o /dev/null -w '%{http_code}' -I "$registry/$1/blobs/$digest" || return 1
  done
}
repository=$(registry_http "$registry/_catalog" | jq -r '[.repositories[] | select(startswith("daytona/daytona-"))][0]')
check "  and the default snapshot is still complete" every_layer "$repository" daytona
