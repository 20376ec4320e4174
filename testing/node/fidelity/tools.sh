# Traces and metrics, mail, pgAdmin.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- collector and Jaeger"
lend_tools api
now=$(date +%s)
trace_id=$(openssl rand -hex 16)
trace='{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "fidelity"}}]},
  "scopeSpans": [{"spans": [{"traceId": "'$trace_id'", "spanId": "'$(openssl rand -hex 8)'", "name": "fidelity",
  "kind": 1, "startTimeUnixNano": "'$now'000000000", "endTimeUnixNano": "'$now'000001000"}]}]}]}'
otlp=$(variable api OTEL_EXPORTER_OTLP_ENDPOINT)
check "a trace sent to where the API sends its own" \
  from api curl -sSf -m 10 -H 'Content-Type: application/json' -d "$trace" "$otlp/v1/traces"
forward jaeger 35013 16686
check "  is found in Jaeger" soon 30 says fidelity request "http://localhost:35013/api/traces/$trace_id"
forward otel-collector 35020 9090
check "metrics, on the port that is rendered" soon 60 says otel_process_uptime request http://localhost:35020/metrics

echo "--- MailDev"
forward maildev 35014 1080
subject="fidelity $RANDOM"
mail() {
  # shellcheck disable=SC2046
  k exec -i $(in_tools api) -- curl -sS -m 30 "smtp://$(variable api SMTP_HOST):$(variable api SMTP_PORT)" \
    --mail-from no-reply@localhost --mail-rcpt somebody@example.test -T - <<<"Subject: $subject"
}
check "mail is taken from the API's pod, at the address it is given" mail
check "  and shown" soon 10 says "$subject" request http://localhost:35014/email

echo "--- pgAdmin"
forward pgadmin 35008 8080
pgadmin() { request -L -b "$work/pgadmin" -c "$work/pgadmin" "$@"; }
pgadmin -o "$work/browser" http://localhost:35008/browser/
token=$(pgadmin http://localhost:35008/browser/js/utils.js | sed -n "s/.*pgAdmin\['csrf_token'\] *= *['\"]\([^'\"]*\)['\"].*/\1/p")
pgadmin_api() { pgadmin -H "X-pgA-CSRFToken: $token" "$@"; }
check "its servers: Daytona" says '"Daytona"' pgadmin_api http://localhost:35008/browser/server/nodes/1/
connects() { says '"connected":true' pgadmin_api -X POST http://localhost:35008/browser/server/connect/1/1; }
check "it connects by the password file" connects
end_forwards
