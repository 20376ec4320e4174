# shellcheck shell=bash
# What a running API answers. Sourced by api.sh.
# shellcheck disable=SC2154

get() { status -H "Authorization: Bearer $1" "$api/$2"; }
send() { # send METHOD KEY PATH BODY: status
  status -X "$1" -H "Authorization: Bearer $2" -H 'Content-Type: application/json' -d "$4" "$api/$3"
}
content() { curl -s -m 40 -H "Authorization: Bearer $1" "$api/$2"; }
mint() { curl -s "http://127.0.0.1:$issuer_port/mint?sub=$1&aud=$2&iss=${3:-}"; }

# Broken at request time only.
fresh
start_api -PROXY_API_KEY -DEFAULT_SNAPSHOT
equal 'without PROXY_API_KEY every key is 503' 503 "$(get admin-key admin/runners)"
equal 'without DEFAULT_SNAPSHOT /api/config is 500' 500 "$(status "$api/config")"
equal 'while /api/health is 200' 200 "$(status "$api/health")"
stop "$pid"
start_api -SSH_GATEWAY_API_KEY OIDC_CLIENT_ID=
equal 'without SSH_GATEWAY_API_KEY every key is 503' 503 "$(get health-key health/ready)"
equal 'an empty OIDC_CLIENT_ID makes /api/config 500' 500 "$(status "$api/config")"
stop "$pid"
start_api HEALTH_CHECK_API_KEY=proxy-key "PUBLIC_OIDC_DOMAIN=$public/" -PROXY_DOMAIN -PROXY_PROTOCOL
equal 'a key that is also the proxy key has the wrong role' 403 "$(get proxy-key health/ready)"
equal 'a slash after the public issuer makes every token 401' 401 "$(get "$(mint u1 daytona)" users/me)"
equal 'no proxy domain: an undefined toolbox URL' undefined://undefined/toolbox "$(curl -s "$api/config" | jq -r .proxyToolboxUrl)"
stop "$pid"
start_api MAINTENANCE_MODE=true
equal 'maintenance makes even /api/health 503' 503 "$(status "$api/health")"
stop "$pid"

# A mail at the first boot, and what the OpenTelemetry SDK would send: to servers that print it.
smtp_port=$(free_port)
otlp_port=$(free_port)
background "$work/mail.log" exec python3 -uW ignore -m smtpd -n -c DebuggingServer "127.0.0.1:$smtp_port"
background "$work/otlp.log" exec python3 -u "$here/check/otlp-receiver.py" "$otlp_port"
eventually 10 open "$smtp_port"
eventually 10 open "$otlp_port"
fresh
start_api SMTP_HOST=127.0.0.1 "SMTP_PORT=$smtp_port" SMTP_SECURE=false 'SMTP_EMAIL_FROM=Daytona <no-reply@example.test>' \
  OTEL_ENABLED=true "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$otlp_port" OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20x
check 'a mail is sent at the first boot' eventually 5 grep -q 'From: "Daytona" <no-reply@example.test>' "$work/mail.log"
check 'a span is exported' eventually 5 grep -q '^/v1/traces Bearer x daytona-api start$' "$work/otlp.log"
check 'a metric is exported' eventually 5 grep -q '^/v1/metrics Bearer x daytona-api process.uptime$' "$work/otlp.log"
stop "$pid"
fresh
start_api SMTP_HOST=127.0.0.1 "SMTP_PORT=$closed" OTEL_ENABLED=true "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$closed"
equal 'neither of them is needed' 200 "$(status "$api/health")"
stop "$pid"

# The whole of it.
fresh
echo '<script src="%DAYTONA_BASE_API_URL%/x"></script>' >"$work/daytona/dist/apps/dashboard/index.html"
start_api DASHBOARD_BASE_API_URL=https://api.example.test
started=$pid
equal '/api/config names the public issuer' "$public" "$(curl -s "$api/config" | jq -r .oidc.issuer)"
equal 'the dashboard has its base URL' 1 "$(curl -s "http://127.0.0.1:$api_port/dashboard/any" | grep -c https://api.example.test/x)"
equal 'the root leads to it' 302 "$(status "http://127.0.0.1:$api_port/")"
equal 'ready' 200 "$(get health-key health/ready)"
equal '  not for the admin' 403 "$(get admin-key health/ready)"
equal '  nor for nobody' 401 "$(status "$api/health/ready")"
equal 'a token of the issuer' 200 "$(get "$(mint u1 daytona)" users/me)"
equal '  for another audience' 401 "$(get "$(mint u1 other)" users/me)"
equal '  of another issuer' 401 "$(get "$(mint u1 daytona http://x)" users/me)"
equal '  of a user is no admin' 403 "$(get "$(mint u1 daytona)" admin/runners)"
equal 'three registries' 3 "$(sql "$database" 'SELECT count(*) FROM docker_registry')"
equal 'only a hash of the admin key' "$(printf admin-key | sha256sum | cut -d' ' -f1)" "$(sql "$database" 'SELECT "keyHash" FROM api_key')"

body='{"regionId":"us","name":"second","apiKey":"second-key","apiVersion":"2"}'
equal 'a new runner' 201 "$(send POST admin-key admin/runners "$body")"
equal '  with the same name' 409 "$(send POST admin-key admin/runners "$body")"
equal '  in no region' 404 "$(send POST admin-key admin/runners "${body/us/eu}")"
equal '  of another version' 400 "$(send POST admin-key admin/runners "${body/\"2\"/\"1\"}")"
equal '  with a bad name' 400 "$(send POST admin-key admin/runners "${body/second/a b}")"
equal '  with a token that exists is accepted' 201 "$(send POST admin-key admin/runners "${body/second/third}")"
second=$(content admin-key admin/runners | jq -r '.[] | select(.name == "second").id')
equal '  its token' second "$(content second-key runners/me | jq -r .name)"
equal '  deleted while schedulable' 400 "$(send DELETE admin-key "admin/runners/$second" '')"
equal '  unscheduled' 200 "$(send PATCH admin-key "admin/runners/$second/scheduling" '{"unschedulable":true}')"
equal '  deleted' 204 "$(send DELETE admin-key "admin/runners/$second" '')"
equal '  gone' 404 "$(get admin-key "admin/runners/$second")"

# As a runner would: health, then the job for the default snapshot, then a sandbox.
health='{"appVersion":"v","domain":"127.0.0.1","apiUrl":"http://127.0.0.1:1","proxyUrl":"http://127.0.0.1:1","metrics":{"cpu":4,"memoryGiB":8,"diskGiB":9,"currentDiskUsagePercentage":%s}}'
# shellcheck disable=SC2059
post_health() { send POST runner-key runners/healthcheck "$(printf "$health" "$1")"; }
equal 'health of the seeded runner' 201 "$(post_health 90)"
equal '  makes it ready' ready "$(content runner-key runners/me | jq -r .state)"
snapshot() { content admin-key snapshots | jq -r '.items[0].state'; }
pending() { [ "$(snapshot)" = pending ]; }
check 'the default snapshot is made' eventually 10 pending
sleep 3
equal '  and waits at a score below 30' pending "$(snapshot)"
post_health 20 >/dev/null
job=$(content runner-key 'jobs/poll?timeout=20' | jq -r '.jobs[0]')
equal '  then a long poll gets the job' PULL_SNAPSHOT "$(jq -r .type <<<"$job")"
equal '  with the registry, without scheme' registry.test:6000 "$(jq -r '.payload | fromjson.destinationRegistry.url' <<<"$job")"
done_body='{"status":"COMPLETED","resultMetadata":"{\"hash\":\"abc\",\"sizeGB\":1}"}'
equal '  whose end' 201 "$(send POST runner-key "jobs/$(jq -r .id <<<"$job")/status" "$done_body")"
equal '  comes once' 409 "$(send POST runner-key "jobs/$(jq -r .id <<<"$job")/status" "$done_body")"
equal '  makes the snapshot active' registry.test:6000/daytona/daytona-abc:daytona \
  "$(content admin-key snapshots | jq -r '.items[0] | select(.state == "active").ref')"
equal 'a snapshot tagged latest' 400 "$(send POST admin-key snapshots '{"name":"a","imageName":"a:latest"}')"
equal 'a sandbox above the limit' 400 "$(send POST admin-key sandbox '{"cpu":5}')"

# SIGTERM: a process that stays, a port that closes.
kill -TERM "$started"
sleep 2
check 'SIGTERM closes the port' eval '! open "$api_port"'
check '  and the process stays' kill -0 "$started"
stop "$started"
start_api -ADMIN_API_KEY INTERNAL_REGISTRY_PASSWORD=changed
started=$pid
equal 'a second boot seeds nothing' "1 3 p" "$(sql "$database" 'SELECT count(*) FROM api_key') $(sql "$database" 'SELECT count(*) FROM docker_registry') $(sql "$database" 'SELECT password FROM docker_registry LIMIT 1')"
