# The OpenTelemetry collector from its Go modules.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_collector() { file "$(program otel-collector)" /otelcol-contrib; }
layer otel-collector scratch install_collector "$(program otel-collector)"
image otel-collector "$(catalogued otel/opentelemetry-collector-contrib)" '{
  "Entrypoint": ["/otelcol-contrib"], "Cmd": ["--config", "/etc/otelcol-contrib/config.yaml"],
  "User": "10001", "ExposedPorts": {"4317/tcp": {}, "4318/tcp": {}}}'
